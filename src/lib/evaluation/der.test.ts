import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { array, number, object, parse, record, strictTuple, string } from 'valibot';
import { describe, expect, test } from 'vitest';
import { someTurns, turnsOf } from '../../../tests/fixtures/speaker-turns.ts';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import {
	addDiarisationErrors,
	compareTurns,
	derProtocols,
	diarisationErrorRate,
	diarisationErrors,
	noDiarisationErrors,
} from './der.ts';
import type { DerRules } from './der.ts';
import type { SpeakerTurns } from './speaker-turns.ts';

const tenSeconds = { startSeconds: 0, endSeconds: 10 };
const { full, fair, forgiving } = derProtocols;

const errorsOf = (
	reference: SpeakerTurns,
	hypothesis: SpeakerTurns,
	rules: DerRules = full,
	uem = tenSeconds,
) => diarisationErrors(compareTurns(reference, hypothesis, uem), rules);

const summed = object({ scored: number(), miss: number(), fa: number(), conf: number() });
const ownErrors = object({ ...summed.entries, map: record(string(), string()), der: number() });
const turnList = array(strictTuple([string(), number(), number()]));
const vectors = object({
	ref: turnList,
	hyp: turnList,
	uem: strictTuple([number(), number()]),
	md_eval_c0: summed,
	md_eval_c025: summed,
	md_eval_c025_ignore_overlap: summed,
	md_eval_c0_no_uem: summed,
	own_c0: ownErrors,
	own_c025_map_before: ownErrors,
	own_c025_skip_overlap: ownErrors,
	own_pyannote_collar_0p25_is_half_0p125: ownErrors,
	own_c0_uem_union_extent: ownErrors,
	own_c0_uem_ref_extent: ownErrors,
});

describe.skipIf(!hasShared)('numbers of md-eval-22', () => {
	test('in every setting', () => {
		const file = readFileSync(sharedPath('vectors/recordings/der_jer.json'), 'utf8');
		const known = parse(vectors, JSON.parse(file));
		const [reference, hypothesis] = [turnsOf(known.ref), turnsOf(known.hyp)];
		const whole = { startSeconds: known.uem[0], endSeconds: known.uem[1] };
		const toEnd = (endSeconds: number) => ({ startSeconds: 0, endSeconds });
		const cases = [
			[known.md_eval_c0, full, whole],
			[known.own_c0, full, whole],
			[known.md_eval_c025, fair, whole],
			[known.own_c025_map_before, fair, whole],
			[known.md_eval_c025_ignore_overlap, forgiving, whole],
			[known.own_c025_skip_overlap, forgiving, whole],
			[known.own_pyannote_collar_0p25_is_half_0p125, { ...fair, collarSeconds: 0.125 }, whole],
			[known.md_eval_c0_no_uem, full, toEnd(11)],
			[known.own_c0_uem_ref_extent, full, toEnd(11)],
			[known.own_c0_uem_union_extent, full, toEnd(12.5)],
		] as const;
		for (const [expected, rules, uem] of cases) {
			const compared = compareTurns(reference, hypothesis, uem);
			const errors = diarisationErrors(compared, rules);
			expect(errors.referenceSeconds).toBeCloseTo(expected.scored, 9);
			expect(errors.missedSeconds).toBeCloseTo(expected.miss, 9);
			expect(errors.falseAlarmSeconds).toBeCloseTo(expected.fa, 9);
			expect(errors.confusedSeconds).toBeCloseTo(expected.conf, 9);
			if (!('der' in expected)) continue;
			expect(diarisationErrorRate(errors)).toBeCloseTo(expected.der, 5);
			const map = Object.entries(expected.map).map(([said, heard]) => [heard, said] as const);
			expect(compared.mapping).toEqual(new Map(map));
		}
	});
});

describe('diarisation error rate', () => {
	test('misses, false alarms and confusion', () => {
		const reference = turnsOf([
			['A', 0, 4],
			['B', 4, 8],
			['A', 7, 8],
		]);
		const hypothesis = turnsOf([
			['1', 0, 5],
			['2', 5, 8],
			['3', 9, 10],
		]);
		const errors = errorsOf(reference, hypothesis);
		expect(errors).toEqual({
			referenceSeconds: 9,
			missedSeconds: 1,
			falseAlarmSeconds: 1,
			confusedSeconds: 1,
		});
		expect(diarisationErrorRate(errors)).toBeCloseTo(1 / 3, 12);
	});

	test('a collar lies around bounds of the reference alone, in both directions', () => {
		const reference = turnsOf([['A', 2, 6]]);
		const late = turnsOf([['1', 2.25, 7]]);
		expect(errorsOf(reference, late, fair)).toEqual({
			referenceSeconds: 3.5,
			missedSeconds: 0,
			falseAlarmSeconds: 0.75,
			confusedSeconds: 0,
		});
	});

	test('the bound of the evaluated time has no collar where a turn goes beyond it', () => {
		const reference = turnsOf([['A', 0, 20]]);
		const uem = { startSeconds: 5, endSeconds: 15 };
		expect(errorsOf(reference, reference, fair, uem).referenceSeconds).toBe(10);
	});

	test('time of several speakers can be left out', () => {
		const reference = turnsOf([
			['A', 0, 6],
			['B', 4, 8],
		]);
		const skipped = { collarSeconds: 0, skipOverlap: true };
		expect(errorsOf(reference, turnsOf([['1', 0, 8]]), skipped)).toEqual({
			referenceSeconds: 6,
			missedSeconds: 0,
			falseAlarmSeconds: 0,
			confusedSeconds: 2,
		});
	});

	test('speakers are mapped before the collar takes time away', () => {
		// A shares 1 s with 1 and 0.9 s with 2, but of the former the collars leave 0.5 s only.
		const reference = turnsOf([
			['A', 0, 1],
			['A', 2, 4],
		]);
		const hypothesis = turnsOf([
			['1', 0, 1],
			['2', 2.5, 3.4],
		]);
		const compared = compareTurns(reference, hypothesis, tenSeconds);
		expect(compared.mapping).toEqual(new Map([['1', 'A']]));
		expect(diarisationErrors(compared, fair).confusedSeconds).toBeCloseTo(0.9, 12);
	});

	test('a speaker who overlaps with themself talks once', () => {
		const twice = turnsOf([
			['A', 0, 3],
			['A', 1, 4],
		]);
		expect(errorsOf(twice, turnsOf([['1', 0, 4]]))).toEqual({
			...noDiarisationErrors,
			referenceSeconds: 4,
		});
	});

	test('without reference speech there is no rate, but the seconds of false alarm', () => {
		const errors = errorsOf(new Map(), turnsOf([['1', 2, 5]]));
		expect(diarisationErrorRate(errors)).toBeNull();
		expect(errors.falseAlarmSeconds).toBe(3);
		expect(diarisationErrorRate(errorsOf(new Map(), new Map()))).toBeNull();
	});

	test('a corpus is scored by its sums', () => {
		const short = errorsOf(turnsOf([['A', 0, 1]]), new Map());
		const long = errorsOf(turnsOf([['A', 0, 9]]), turnsOf([['1', 0, 9]]));
		expect(diarisationErrorRate(addDiarisationErrors(short, long))).toBeCloseTo(0.1, 12);
	});

	test('a collar that is none is refused', () => {
		const compared = compareTurns(new Map(), new Map(), tenSeconds);
		for (const collarSeconds of [-0.1, NaN, Infinity]) {
			expect(() => diarisationErrors(compared, { collarSeconds, skipOverlap: false })).toThrow(
				TypeError,
			);
		}
	});
});

describe('for all turns', () => {
	const names = ['A', 'B', 'C', 'D'];
	const uem = { startSeconds: 0, endSeconds: 25 };
	const rules = fc.constantFrom<DerRules>(full, fair, forgiving);

	test('a reference makes no error against itself', () => {
		fc.assert(
			fc.property(someTurns(names), rules, (turns, own) => {
				const { referenceSeconds, ...wrong } = errorsOf(turns, turns, own, uem);
				expect(Object.values(wrong)).toEqual([0, 0, 0]);
				expect(referenceSeconds).toBeGreaterThanOrEqual(0);
			}),
		);
	});

	test('names of the hypothesis, and the order of its turns, mean nothing', () => {
		fc.assert(
			fc.property(someTurns(names), someTurns(names), rules, (reference, hypothesis, own) => {
				const renamed = new Map(
					[...hypothesis]
						.reverse()
						.map(([name, turns]) => [`other ${name}`, turns.toReversed()] as const),
				);
				const errors = errorsOf(reference, hypothesis, own, uem);
				const others = errorsOf(reference, renamed, own, uem);
				// Of several mappings that share the same time another may be taken, and a collar part them.
				expect(others.missedSeconds).toBeCloseTo(errors.missedSeconds, 9);
				expect(others.falseAlarmSeconds).toBeCloseTo(errors.falseAlarmSeconds, 9);
				if (own === full) expect(others.confusedSeconds).toBeCloseTo(errors.confusedSeconds, 9);
			}),
		);
	});

	test('errors are bounded by what is said and heard', () => {
		fc.assert(
			fc.property(someTurns(names), someTurns(names), rules, (reference, hypothesis, own) => {
				const errors = errorsOf(reference, hypothesis, own, uem);
				expect(Math.min(...Object.values(errors))).toBeGreaterThanOrEqual(0);
				expect(errors.missedSeconds + errors.confusedSeconds).toBeLessThanOrEqual(
					errors.referenceSeconds + 1e-9,
				);
				const nothing = errorsOf(reference, new Map(), own, uem);
				expect(nothing.missedSeconds).toBeCloseTo(nothing.referenceSeconds, 9);
			}),
		);
	});
});
