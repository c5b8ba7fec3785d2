import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { sequenceLogProb } from './ctc.ts';
import type { LogProbs } from './ctc.ts';
import { CtcPrefixScorer } from './ctc-prefix.ts';
import { baselineBeam, JointBeam } from './joint-beam.ts';
import type { JointBeamOptions, JointHypothesis } from './joint-beam.ts';
import { searchTogether } from './search-together.ts';
import type { SentenceDecoder, StepRequest } from './search-together.ts';

type Next = (units: readonly number[], search: number) => ArrayLike<number>;

/** A decoder whose distribution is a function of the units so far; follows `parents` as a real one does. */
class PrefixDecoder implements SentenceDecoder {
	readonly #next: Next;
	#rows: number[][] = [[]];
	readonly batches: number[][][] = [];

	constructor(next: Next) {
		this.#next = next;
	}

	step({ units, parents, width, position }: StepRequest): Promise<Float32Array> {
		expect(position).toBe(this.batches.length);
		this.#rows = Array.from(units, (unit, i) => [...this.#rows[parents[i]!]!, unit]);
		this.batches.push(this.#rows);
		// What a row begins with is the boundary, which is no unit of the sentence.
		const next = this.#rows.map((row, i) => this.#next(row.slice(1), Math.floor(i / width)));
		return Promise.resolve(Float32Array.from(next.flatMap((row) => Array.from(row))));
	}
}

async function search(
	decoder: SentenceDecoder,
	logProbs: LogProbs,
	options: JointBeamOptions,
	signal?: AbortSignal,
): Promise<JointHypothesis[]> {
	const beam = new JointBeam(logProbs, options);
	await searchTogether([beam], decoder, signal);
	return beam.sentences();
}

function normalised(weights: readonly number[]): number[] {
	const sum = weights.reduce((all, value) => all + value, 0);
	return weights.map((value) => Math.log(value / sum));
}

function fromWeights(weights: readonly (readonly number[])[]): LogProbs {
	const classes = weights[0]?.length ?? 1;
	return { frames: weights.length, classes, data: Float32Array.from(weights.flatMap(normalised)) };
}

const baseline: JointBeamOptions = {
	...baselineBeam,
	maximumSteps: Infinity,
	boundaryUnit: 3,
};

describe('JointBeam', () => {
	test('finds the best of all sequences when nothing is pruned', async () => {
		const weight = fc.double({ min: 0.02, max: 1, noNaN: true });
		const row = fc.array(weight, { minLength: 4, maxLength: 4 });
		await fc.assert(
			fc.asyncProperty(
				fc.array(row, { minLength: 1, maxLength: 4 }),
				fc.array(row, { minLength: 5, maxLength: 5 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				async (ctcRows, decoderRows, ctcWeight) => {
					const logProbs = fromWeights(ctcRows);
					const rows = decoderRows.map(normalised);
					const next = (units: readonly number[]): number[] =>
						rows[units.reduce((hash, unit) => (3 * hash + unit) % rows.length, 0)]!;
					const found = await search(new PrefixDecoder(next), logProbs, {
						...baseline,
						ctcWeight,
						width: 500,
					});

					// Every sequence of the units 1 and 2: ended by the boundary, or cut off by the last step.
					const scores = new Map<string, number>();
					const visit = (units: readonly number[], decoder: number): void => {
						const score = (ctc: number, all: number) => (1 - ctcWeight) * all + ctcWeight * ctc;
						const open = units.length === logProbs.frames;
						const ctc = sequenceLogProb(logProbs, units);
						if (ctc === -Infinity) return;
						if (open) {
							scores.set(units.join(), score(ctc, decoder));
							return;
						}
						scores.set(units.join(), score(ctc, decoder + next(units)[3]!));
						for (const unit of [1, 2]) visit([...units, unit], decoder + next(units)[unit]!);
					};
					visit([], 0);
					// What CTC holds for possible is all there, with its score, and in order.
					const possible = found.filter(({ ctcScore }) => ctcScore > -1e9);
					expect(new Set(possible.map(({ units }) => units.join()))).toEqual(
						new Set(scores.keys()),
					);
					for (const { units, score, decoderScore, ctcScore, unitLogProbs } of possible) {
						expect(score).toBeCloseTo(scores.get(units.join()) ?? Number.NaN, 4);
						expect(score).toBeCloseTo((1 - ctcWeight) * decoderScore + ctcWeight * ctcScore, 8);
						expect(unitLogProbs).toHaveLength(units.length);
						unitLogProbs.forEach((logProb, i) => {
							expect(logProb).toBeCloseTo(next(units.slice(0, i))[units[i]!]!, 5);
						});
					}
					expect(found.map(({ score }) => score)).toEqual(
						found.map(({ score }) => score).sort((a, b) => b - a),
					);
				},
			),
			{ numRuns: 60 },
		);
	});

	test('asks for all running hypotheses at once, each by the row it goes on from', async () => {
		const rows = Array.from({ length: 7 }, (_, i) =>
			normalised([0.1, 1 + ((i * 5) % 7), 1 + ((i * 3) % 7), 0.3]),
		);
		const decoder = new PrefixDecoder((units) => rows[units.reduce((a, b) => (2 * a + b) % 7, 0)]!);
		const logProbs = fromWeights(Array.from({ length: 6 }, (_, t) => [1, 1 + (t % 2), 1, 0.2]));
		const found = await search(decoder, logProbs, baseline);
		expect(decoder.batches[0]).toEqual([[3]]);
		expect(Math.max(...decoder.batches.map((batch) => batch.length))).toBe(3);
		// Each row is a sentence of its own, one unit longer than in the step before.
		for (const [step, batch] of decoder.batches.entries()) {
			expect(new Set(batch.map((row) => row.join())).size).toBe(batch.length);
			for (const row of batch) expect(row).toHaveLength(step + 1);
		}
		for (const { units, decoderScore, unitLogProbs } of found) {
			const sum = unitLogProbs.reduce((all, value) => all + value, 0);
			const end = units.length < 6 ? rows[units.reduce((a, b) => (2 * a + b) % 7, 0)]![3]! : 0;
			expect(decoderScore).toBeCloseTo(sum + end, 4);
		}
	});

	test('stops when what ends is hopeless', async () => {
		// The end is likely after one unit and never again, though it is always the second choice.
		const decoder = new PrefixDecoder((units) => [-80, -0.5, -70, units.length === 1 ? -1 : -20]);
		const logProbs = fromWeights(Array.from({ length: 60 }, () => [1, 1, 1, 1]));
		const found = await search(decoder, logProbs, baseline);
		// After 2, 3 and 4 units (lengths 4, 5 and 6 with the boundaries), seen at step 6 from 0.
		expect(decoder.batches).toHaveLength(7);
		expect(found[0]?.units).toEqual([1]);
	});

	test('cuts off at the cap, without a score for the end', async () => {
		const decoder = new PrefixDecoder(() => [-20, -0.1, -15, -18]);
		const logProbs = fromWeights(Array.from({ length: 40 }, () => [1, 1, 1, 1]));
		const found = await search(decoder, logProbs, { ...baseline, maximumSteps: 5 });
		expect(decoder.batches).toHaveLength(5);
		expect(found[0]?.units).toEqual([1, 1, 1, 1, 1]);
		expect(found[0]?.decoderScore).toBeCloseTo(-0.5, 5);
	});

	test('emits neither blank nor boundary, whatever the decoder says', async () => {
		const decoder = new PrefixDecoder(() => normalised([50, 1, 1, 50]));
		const logProbs = fromWeights(Array.from({ length: 5 }, () => [5, 1, 1, 5]));
		for (const { units } of await search(decoder, logProbs, baseline)) {
			expect(units).not.toContain(0);
			expect(units).not.toContain(3);
		}
	});

	test('stops when told to, and refuses what is no number', async () => {
		const logProbs = fromWeights(Array.from({ length: 9 }, () => [1, 1, 1, 1]));
		const controller = new AbortController();
		const decoder = new PrefixDecoder((units) => {
			if (units.length === 3) controller.abort();
			return [-20, -0.1, -15, -18];
		});
		await expect(search(decoder, logProbs, baseline, controller.signal)).rejects.toMatchObject({
			name: 'AbortError',
		});
		expect(decoder.batches).toHaveLength(4);
		const broken = new PrefixDecoder(() => [Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
		await expect(search(broken, logProbs, baseline)).rejects.toMatchObject({
			code: 'ModelMismatch',
		});
	});
});

describe('searchTogether', () => {
	test('finds for each of several what it finds for one alone, in as many steps as the longest', async () => {
		const weight = fc.double({ min: 0.02, max: 1, noNaN: true });
		const row = fc.array(weight, { minLength: 5, maxLength: 5 });
		const rows = (maxLength: number) => fc.array(row, { minLength: 1, maxLength });
		await fc.assert(
			fc.asyncProperty(
				fc.array(rows(9), { minLength: 1, maxLength: 4 }),
				rows(7),
				async (clips, decoderRows) => {
					const all = clips.map(fromWeights);
					const distributions = decoderRows.map(normalised);
					const next: Next = (units, clip) =>
						distributions[
							units.reduce((hash, unit) => 3 * hash + unit, clip) % distributions.length
						]!;
					const options = { ...baseline, boundaryUnit: 4 };
					const beams = all.map((logProbs) => new JointBeam(logProbs, options));
					const together = new PrefixDecoder(next);
					await searchTogether(beams, together);
					let longest = 0;
					for (const [clip, logProbs] of all.entries()) {
						const alone = new PrefixDecoder((units) => next(units, clip));
						expect(beams[clip]?.sentences()).toEqual(await search(alone, logProbs, options));
						longest = Math.max(longest, alone.batches.length);
					}
					expect(together.batches).toHaveLength(longest);
				},
			),
			{ numRuns: 60 },
		);
	});
});

const goldenSchema = v.object({
	prefixIncrements: v.array(
		v.object({ prefix: v.array(v.number()), logProbs: v.record(v.string(), v.number()) }),
	),
	best: v.array(
		v.object({
			units: v.array(v.number()),
			score: v.number(),
			decoder: v.number(),
			ctc: v.number(),
		}),
	),
	ctc: v.object({ units: v.array(v.number()), logProbs: v.array(v.array(v.number())) }),
	decoder: v.record(v.string(), v.array(v.tuple([v.number(), v.number()]))),
});

describe('the MCoRec baseline, a run of its network with made weights', async () => {
	const golden = v.parse(
		goldenSchema,
		JSON.parse(await readFile('tests/golden/avsr/beam.json', 'utf8')),
	);
	const classes = 5049;
	const frames = golden.ctc.logProbs.length;
	const data = new Float32Array(frames * classes).fill(-50);
	golden.ctc.logProbs.forEach((row, t) => {
		row.forEach((value, i) => (data[t * classes + golden.ctc.units[i]!] = value));
	});
	const logProbs: LogProbs = { frames, classes, data };

	test.each(golden.prefixIncrements)(
		'CTC scores after $prefix',
		({ prefix, logProbs: expected }) => {
			const scorer = new CtcPrefixScorer(logProbs);
			const start = prefix.reduce(
				(from, unit) => scorer.extend([from], Int32Array.of(unit)).prefix(0),
				scorer.empty(),
			);
			const units = Object.keys(expected).map(Number);
			const extensions = scorer.extend([start], Int32Array.from(units));
			units.forEach((unit, i) => {
				const found = unit === 5048 ? extensions.endLogProbs[0]! : extensions.logProbs[i]!;
				expect(Math.abs(found - start.logProb - expected[unit]!)).toBeLessThan(5e-4);
			});
		},
	);

	test('the three best sentences and their scores', async () => {
		const decoder = new PrefixDecoder((units) => {
			const row = new Float32Array(classes).fill(-100);
			const known = golden.decoder[units.join(' ')];
			if (!known) throw new Error(`The baseline never asks what follows ${units.join(' ')}`);
			for (const [unit, logProb] of known) row[unit] = logProb;
			return row;
		});
		const found = await search(decoder, logProbs, { ...baseline, boundaryUnit: 5048 });
		golden.best.forEach(({ units, score, decoder: decoderScore, ctc }, i) => {
			expect(found[i]?.units).toEqual(units);
			expect(Math.abs(found[i]!.score - score)).toBeLessThan(1e-3);
			expect(Math.abs(found[i]!.decoderScore - decoderScore)).toBeLessThan(1e-3);
			expect(Math.abs(found[i]!.ctcScore - ctc)).toBeLessThan(1e-3);
		});
		// It asks for what the baseline asks for, and for nothing else.
		expect(decoder.batches.flat()).toHaveLength(Object.keys(golden.decoder).length);
	});
});
