import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { array, number, object, parse, record, strictTuple, string } from 'valibot';
import { describe, expect, test } from 'vitest';
import { someTurns, turnsOf } from '../../../tests/fixtures/speaker-turns.ts';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { mapByErrorRate, mapGreedily } from './dover-lap-labels.ts';
import { doverLap } from './dover-lap.ts';
import { joinedRanges, joinedTurns, totalSeconds } from './speaker-turns.ts';
import type { SpeakerTurns } from './speaker-turns.ts';

const output = array(strictTuple([number(), number(), number()]));
const vectors = object({
	hypotheses_seconds: record(string(), array(strictTuple([string(), number(), number()]))),
	greedy_label_map: record(string(), number()),
	greedy_agreement_sum_of_iou: array(number()),
	upstream_greedy_weights: array(number()),
	intended_weights: array(number()),
	hungarian_mean_der: array(number()),
	hungarian_order: array(string()),
	hungarian_label_map: record(string(), string()),
	'out_greedy_std0.01': output,
	'out_greedy_std0.5': output,
	'out_greedy_custom_0.2_0.2_0.6_std0.01': output,
	'out_greedy_custom_intended_std0.01': output,
	'out_hungarian_std0.01': output,
});

const close = (found: readonly number[], expected: readonly number[]): void => {
	expect(found).toHaveLength(expected.length);
	for (const [at, one] of expected.entries()) expect(found[at]).toBeCloseTo(one, 5);
};

describe.skipIf(!hasShared)('upstream’s own output', () => {
	// Parsed as the tests run: without the file none does.
	const read = () => {
		const file = readFileSync(sharedPath('vectors/recordings/doverlap.json'), 'utf8');
		const known = parse(vectors, JSON.parse(file));
		const names = Object.keys(known.hypotheses_seconds);
		return { known, names, inputs: Object.values(known.hypotheses_seconds).map(turnsOf) };
	};

	/** The same turns, whatever numbers the labels have: upstream counts them by their first turn. */
	const sameTurns = (
		turns: SpeakerTurns,
		expected: ReturnType<typeof read>['known']['out_greedy_std0.01'],
	) => {
		const list = (own: SpeakerTurns): string[] =>
			[...own.values()]
				.map((ranges) =>
					ranges.map(({ startSeconds, endSeconds }) => `${startSeconds}-${endSeconds}`).join(' '),
				)
				.sort();
		const theirs = expected.map(([start, end, label]) => [String(label), start, end] as const);
		expect(list(turns)).toEqual(list(turnsOf(theirs)));
	};

	test('greedy: labels, agreement, weights as meant and as written, votes', () => {
		const { known, names, inputs } = read();
		const found = doverLap(inputs);
		for (const [key, label] of Object.entries(known.greedy_label_map)) {
			const [hypothesis = '', name = ''] = key.split(':');
			expect(found.labels[names.indexOf(hypothesis)]?.get(name), key).toBe(String(label));
		}
		const turns = inputs.map((one) => joinedTurns(one, null));
		close(mapGreedily(turns).measure, known.greedy_agreement_sum_of_iou);
		close(found.weights, known.intended_weights);
		sameTurns(found.turns, known['out_greedy_custom_intended_std0.01']);
		const upstream = doverLap(inputs, { upstreamWeights: true });
		close(upstream.weights, known.upstream_greedy_weights);
		sameTurns(upstream.turns, known['out_greedy_std0.01']);
		sameTurns(
			doverLap(inputs, { upstreamWeights: true, sigma: 0.5 }).turns,
			known['out_greedy_std0.5'],
		);
		sameTurns(
			doverLap(inputs, { weights: [0.2, 0.2, 0.6] }).turns,
			known['out_greedy_custom_0.2_0.2_0.6_std0.01'],
		);
	});

	test('hungarian: error rates, order, labels, votes', () => {
		const { known, names, inputs } = read();
		const mapped = mapByErrorRate(inputs.map((one) => joinedTurns(one, null)));
		close(mapped.measure, known.hungarian_mean_der);
		expect(mapped.order.map((at) => names[at])).toEqual(known.hungarian_order);
		for (const [key, label] of Object.entries(known.hungarian_label_map)) {
			const [hypothesis = '', name = ''] = key.split(':');
			expect(mapped.labels[names.indexOf(hypothesis)]?.get(name), key).toBe(Number(label));
		}
		const found = doverLap(inputs, { mapping: 'hungarian', upstreamWeights: true });
		sameTurns(found.turns, known['out_hungarian_std0.01']);
	});
});

describe('DOVER-Lap', () => {
	const one = turnsOf([
		['A', 0, 4],
		['B', 4, 8],
	]);
	const other = turnsOf([
		['x', 0, 5],
		['y', 5, 8],
	]);

	test('the majority has it, however speakers are called', () => {
		const { turns, labels } = doverLap([
			one,
			other,
			turnsOf([
				['p', 4, 8],
				['q', 0, 4],
			]),
		]);
		const [a, b] = [labels[0]?.get('A') ?? '', labels[0]?.get('B') ?? ''];
		expect(labels[2]?.get('q')).toBe(a);
		expect(turns.get(a)).toEqual([{ startSeconds: 0, endSeconds: 4 }]);
		expect(turns.get(b)).toEqual([{ startSeconds: 4, endSeconds: 8 }]);
	});

	test('the one that agrees most weighs most, and its weight stays with it', () => {
		const far = turnsOf([['1', 0, 8]]);
		const ranked = (inputs: readonly SpeakerTurns[], options = {}) =>
			doverLap(inputs, options).weights.map((weight) => Number(weight.toFixed(4)));
		const [most = 0, middle = 0, least = 0] = ranked([one, one, far]);
		expect(most).toBeGreaterThan(middle);
		expect(middle).toBeGreaterThan(least);
		expect(ranked([far, one, one])).toEqual([least, most, middle]);
		expect(ranked([far, one, one], { mapping: 'hungarian' })).toEqual([least, most, middle]);
		// As upstream's code has it, the least agreeing.
		expect(ranked([far, one, one], { upstreamWeights: true })[0]).toBe(most);
	});

	test('silence outvotes, and two silent ones make nothing', () => {
		expect(doverLap([one, new Map(), new Map()]).turns.size).toBe(0);
		expect(doverLap([new Map(), new Map(), new Map()]).turns.size).toBe(0);
		const { turns } = doverLap([one, new Map(), one]);
		expect([...turns.values()]).toEqual([...one.values()]);
	});

	test('two are refused, and weights that are none', () => {
		expect(() => doverLap([one, other])).toThrow(/three/);
		for (const weights of [
			[1, 1],
			[1, -1, 1],
			[0, 0, 0],
			[1, NaN, 1],
		]) {
			expect(() => doverLap([one, other, one], { weights })).toThrow(/Not weights/);
		}
	});

	test('more speakers than can be weighed are refused by the greedy mapping alone', () => {
		const many = turnsOf(Array.from({ length: 130 }, (_, at) => [`s${at}`, at, at + 1] as const));
		expect(() => doverLap([many, many, many])).toThrow(/2197000 tuples/);
		const { turns } = doverLap([many, many, many], { mapping: 'hungarian' });
		expect(turns.size).toBe(130);
	});

	test('for all turns: of the same three times the same comes out, and nobody talks whom nobody heard', () => {
		const names = ['A', 'B', 'C'];
		const mapping = fc.constantFrom('greedy' as const, 'hungarian' as const);
		fc.assert(
			fc.property(someTurns(names), someTurns(names), mapping, (turns, others, kind) => {
				const same = doverLap([turns, turns, turns], { mapping: kind }).turns;
				const lists = (own: SpeakerTurns) => [...own.values()].map((own) => JSON.stringify(own));
				expect(lists(same).sort()).toEqual(lists(joinedTurns(turns, null)).sort());
				const inputs = [turns, others, turns];
				const { turns: voted, labels } = doverLap(inputs, { mapping: kind });
				for (const [at, own] of inputs.entries()) {
					expect(new Set(labels[at]?.keys())).toEqual(new Set(own.keys()));
				}
				const heard = totalSeconds(
					joinedRanges(
						inputs.flatMap((own) => [...own.values()].flat()),
						null,
					),
				);
				const spoken = totalSeconds(joinedRanges([...voted.values()].flat(), null));
				expect(spoken).toBeLessThanOrEqual(heard + 1e-9);
			}),
			{ numRuns: 60 },
		);
	});
});
