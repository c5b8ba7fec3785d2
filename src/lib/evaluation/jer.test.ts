import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { array, number, object, parse, record, strictTuple, string } from 'valibot';
import { expect, test } from 'vitest';
import { someTurns, turnsOf } from '../../../tests/fixtures/speaker-turns.ts';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { jaccardErrorRate, jaccardErrors, jaccardErrorsByTime } from './jer.ts';
import type { JaccardErrors } from './jer.ts';

const turnList = array(strictTuple([string(), number(), number()]));
const result = object({
	pair: record(string(), string()),
	per_speaker: record(string(), number()),
	jer: number(),
});
const vectors = object({
	ref: turnList,
	hyp: turnList,
	uem: strictTuple([number(), number()]),
	jer: result,
	jer_pairing_differs: object({ ref: turnList, hyp: turnList, dscore: result, pyannote: result }),
});

const uem = { startSeconds: 0, endSeconds: 25 };

test.skipIf(!hasShared)('numbers of both pairings', () => {
	const file = readFileSync(sharedPath('vectors/recordings/der_jer.json'), 'utf8');
	const known = parse(vectors, JSON.parse(file));
	const agree = (found: JaccardErrors, expected: typeof known.jer) => {
		expect(jaccardErrorRate([found])).toBeCloseTo(expected.jer, 6);
		const rounded = [...found.perSpeaker].map(([name, error]) => [name, Number(error.toFixed(6))]);
		expect(Object.fromEntries(rounded)).toEqual(expected.per_speaker);
		// Pairs that share no time are no partners here.
		const pairs = Object.entries(expected.pair).filter(
			([said]) => expected.per_speaker[said] !== 1,
		);
		expect(new Map(found.mapping)).toEqual(new Map(pairs.map(([said, heard]) => [heard, said])));
	};
	const whole = { startSeconds: known.uem[0], endSeconds: known.uem[1] };
	agree(jaccardErrors(turnsOf(known.ref), turnsOf(known.hyp), whole), known.jer);
	const { ref, hyp, dscore, pyannote } = known.jer_pairing_differs;
	agree(jaccardErrors(turnsOf(ref), turnsOf(hyp), uem), dscore);
	agree(jaccardErrorsByTime(turnsOf(ref), turnsOf(hyp), uem), pyannote);
});

test('the two pairings can differ', () => {
	const reference = turnsOf([
		['A', 0, 8],
		['B', 8, 12],
	]);
	const hypothesis = turnsOf([
		['1', 0, 12],
		['2', 0, 3.5],
	]);
	const byDistance = jaccardErrors(reference, hypothesis, uem);
	expect(Object.fromEntries(byDistance.mapping)).toEqual({ 1: 'B', 2: 'A' });
	expect(jaccardErrorRate([byDistance])).toBeCloseTo((4.5 / 8 + 8 / 12) / 2, 12);
	const byTime = jaccardErrorsByTime(reference, hypothesis, uem);
	expect(Object.fromEntries(byTime.mapping)).toEqual({ 1: 'A' });
	expect(jaccardErrorRate([byTime])).toBeCloseTo((4 / 12 + 1) / 2, 12);
});

test('frames are counted where they begin', () => {
	// Of 10 ms frames 0.005 to 0.025 s holds the second and the third.
	const { perSpeaker } = jaccardErrors(
		turnsOf([['A', 0.005, 0.025]]),
		turnsOf([['1', 0, 0.025]]),
		uem,
	);
	expect(perSpeaker.get('A')).toBeCloseTo(1 / 3, 12);
	// 1.1 / 0.01 is a little above 110 in floating point; frame 110 begins at 1.1 s all the same.
	const exact = jaccardErrors(turnsOf([['A', 1.1, 1.2]]), turnsOf([['1', 1.1, 1.15]]), uem);
	expect(exact.perSpeaker.get('A')).toBeCloseTo(0.5, 12);
});

test('a corpus is the mean over all speakers, and nothing has no rate', () => {
	const good = jaccardErrors(turnsOf([['A', 0, 1]]), turnsOf([['1', 0, 1]]), uem);
	const bad = jaccardErrors(
		turnsOf([
			['A', 0, 1],
			['B', 1, 2],
			['C', 2, 3],
		]),
		new Map(),
		uem,
	);
	expect(jaccardErrorRate([good, bad])).toBeCloseTo(3 / 4, 12);
	expect(jaccardErrorRate([jaccardErrors(new Map(), turnsOf([['1', 0, 1]]), uem)])).toBeNull();
});

test('for all turns: none against itself, names mean nothing, and never above 1', () => {
	const names = ['A', 'B', 'C'];
	const both = fc.constantFrom(jaccardErrors, jaccardErrorsByTime);
	fc.assert(
		fc.property(someTurns(names), someTurns(names), both, (reference, hypothesis, errorsOf) => {
			const same = jaccardErrorRate([errorsOf(reference, reference, uem)]);
			expect(same ?? 0).toBeCloseTo(0, 9);
			const rate = jaccardErrorRate([errorsOf(reference, hypothesis, uem)]);
			if (reference.size === 0) expect(rate).toBeNull();
			else expect(rate).toBeLessThanOrEqual(1);
			if (errorsOf === jaccardErrorsByTime) return;
			const renamed = new Map([...hypothesis].reverse().map(([name, own]) => [`x${name}`, own]));
			const other = jaccardErrorRate([errorsOf(reference, renamed, uem)]);
			expect(other ?? 0).toBeCloseTo(rate ?? 0, 9);
		}),
	);
});
