import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { sequenceLogProb } from './ctc.ts';
import type { LogProbs } from './ctc.ts';
import { CtcPrefixScorer } from './ctc-prefix.ts';
import { jointBeamSearch } from './joint-beam.ts';
import type { AttentionDecoder, JointBeamOptions } from './joint-beam.ts';

/** A decoder whose distribution is a function of the units so far; follows `parents` as a real one does. */
class PrefixDecoder implements AttentionDecoder {
	readonly #next: (units: readonly number[]) => ArrayLike<number>;
	#rows: number[][] = [[]];
	readonly batches: number[][][] = [];

	constructor(next: (units: readonly number[]) => ArrayLike<number>) {
		this.#next = next;
	}

	step(units: Int32Array, parents: Int32Array): Promise<Float32Array> {
		this.#rows = Array.from(units, (unit, i) => [...this.#rows[parents[i]!]!, unit]);
		this.batches.push(this.#rows);
		// What a row begins with is the boundary, which is no unit of the sentence.
		return Promise.resolve(
			Float32Array.from(this.#rows.flatMap((row) => Array.from(this.#next(row.slice(1))))),
		);
	}
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
	width: 3,
	ctcWeight: 0.1,
	maximumSteps: Infinity,
	boundaryUnit: 3,
};

describe('jointBeamSearch', () => {
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
					const found = await jointBeamSearch(new PrefixDecoder(next), logProbs, {
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
		const found = await jointBeamSearch(decoder, logProbs, baseline);
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
		const found = await jointBeamSearch(decoder, logProbs, baseline);
		// After 2, 3 and 4 units (lengths 4, 5 and 6 with the boundaries), seen at step 6 from 0.
		expect(decoder.batches).toHaveLength(7);
		expect(found[0]?.units).toEqual([1]);
	});

	test('cuts off at the cap, without a score for the end', async () => {
		const decoder = new PrefixDecoder(() => [-20, -0.1, -15, -18]);
		const logProbs = fromWeights(Array.from({ length: 40 }, () => [1, 1, 1, 1]));
		const found = await jointBeamSearch(decoder, logProbs, { ...baseline, maximumSteps: 5 });
		expect(decoder.batches).toHaveLength(5);
		expect(found[0]?.units).toEqual([1, 1, 1, 1, 1]);
		expect(found[0]?.decoderScore).toBeCloseTo(-0.5, 5);
	});

	test('emits neither blank nor boundary, whatever the decoder says', async () => {
		const decoder = new PrefixDecoder(() => normalised([50, 1, 1, 50]));
		const logProbs = fromWeights(Array.from({ length: 5 }, () => [5, 1, 1, 5]));
		for (const { units } of await jointBeamSearch(decoder, logProbs, baseline)) {
			expect(units).not.toContain(0);
			expect(units).not.toContain(3);
		}
	});

	test('stops when told to, tells how far it is, and refuses what is no number', async () => {
		const logProbs = fromWeights(Array.from({ length: 9 }, () => [1, 1, 1, 1]));
		const plain = () => [-20, -0.1, -15, -18];
		const controller = new AbortController();
		const steps: number[] = [];
		const run = jointBeamSearch(new PrefixDecoder(plain), logProbs, baseline, {
			signal: controller.signal,
			onProgress: ({ done, total }) => {
				expect(total).toBe(9);
				steps.push(done);
				if (done === 3) controller.abort();
			},
		});
		await expect(run).rejects.toMatchObject({ name: 'AbortError' });
		expect(steps).toEqual([1, 2, 3]);
		const broken = new PrefixDecoder(() => [Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
		await expect(jointBeamSearch(broken, logProbs, baseline)).rejects.toMatchObject({
			code: 'ModelMismatch',
		});
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
		const found = await jointBeamSearch(decoder, logProbs, { ...baseline, boundaryUnit: 5048 });
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
