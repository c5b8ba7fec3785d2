import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import golden from '../../tests/golden/avsr-reduced.json' with { type: 'json' };
import type { AvsrArithmetic, AvsrKind } from '../../src/lib/recognisers/avsr/manifest.ts';
import { cacheNames } from '../../src/lib/recognisers/avsr/graphs.ts';
import { reducedArtefact } from './reduced.ts';
import {
	emptyCaches,
	encoderInputs,
	largestDifference,
	nextCaches,
	numbersOf,
	openGraph,
	runGolden,
	stepInputs,
	type TrialOptions,
} from './trial.ts';

beforeAll(() => {
	ort.env.logLevel = 'error';
	ort.env.wasm.numThreads = 1;
});

/** The rows of an output [batch, rows, width] that belong to one segment. */
async function rowsOf(
	tensor: ort.Tensor | undefined,
	segment: number,
	rows: number,
): Promise<Float32Array> {
	const values = await numbersOf(tensor);
	const [, padded = 0, width = 0] = tensor?.dims ?? [];
	const start = segment * padded * width;
	return values.subarray(start, start + rows * width);
}

// Half precision has 11 bits; 8 and 4 bits are what is left of these small random matrices, of which
// a wrong order of rows, blocks or halves would leave differences above 2.
test.each<[AvsrKind, AvsrArithmetic, number]>([
	['fp32', 'float32', 1e-5],
	['fp16', 'float16', 1e-2],
	['q8', 'float32', 0.15],
	['q4', 'float32', 0.8],
	['q4', 'float16', 0.8],
])(
	'the reduced network in %s (%s) gives the numbers of PyTorch',
	async (kind, arithmetic, most) => {
		const errors = await runGolden(await reducedArtefact(ort, kind, arithmetic), golden, 0);
		expect(errors).toHaveLength(2 + golden.tokens.length);
		expect(Math.max(...errors)).toBeLessThan(most);
	},
);

describe('segments', () => {
	let artefact: TrialOptions;
	beforeAll(async () => {
		artefact = await reducedArtefact(ort, 'fp32', 'float32');
	});

	test('come out the same alone, padded, and together with others', async () => {
		const encoder = await openGraph(artefact, artefact.manifest.graphs.encoder);
		const short = await encoder.run(encoderInputs(ort, [4], 4));
		const long = await encoder.run(encoderInputs(ort, [7], 7));
		// What stands in the padding must not matter.
		const padded = await encoder.run(encoderInputs(ort, [4], 9, 3));
		const together = await encoder.run(encoderInputs(ort, [7, 4], 9, -2));
		await encoder.release();
		for (const output of ['encoded', 'log_probs']) {
			const [four, seven] = [await numbersOf(short[output]), await numbersOf(long[output])];
			expect(largestDifference(await rowsOf(padded[output], 0, 4), four)).toBeLessThan(1e-5);
			expect(largestDifference(await rowsOf(together[output], 1, 4), four)).toBeLessThan(1e-5);
			expect(largestDifference(await rowsOf(together[output], 0, 7), seven)).toBeLessThan(1e-5);
		}
	});

	test('are decoded together, hypotheses side by side, as each one alone', async () => {
		const { manifest } = artefact;
		const { units } = manifest.shape;
		const last = units - 1;
		const frames = [7, 4];
		const inputs = encoderInputs(ort, frames, 9);
		const encoder = await openGraph(artefact, manifest.graphs.encoder);
		const encoded = await encoder.run(inputs);
		await encoder.release();
		const cross = await openGraph(artefact, manifest.graphs.cross);
		const memory = await cross.run({ encoded: encoded['encoded'] as ort.Tensor });
		const decoder = await openGraph(artefact, manifest.graphs.decoder);

		/** Log-probabilities after these units of one segment, on its own frames alone. */
		const alone = async (segment: number, sequence: readonly number[]): Promise<Float32Array> => {
			const count = frames[segment] ?? 0;
			const own = encoderInputs(ort, [count], count);
			const session = await openGraph(artefact, manifest.graphs.encoder);
			const single = await session.run(own);
			await session.release();
			const ownMemory = await cross.run({ encoded: single['encoded'] as ort.Tensor });
			let caches = emptyCaches(ort, manifest, 'float32');
			let result = new Float32Array();
			for (const [position, token] of sequence.entries()) {
				const outputs = await decoder.run({
					...stepInputs(ort, [[token]], [0], position),
					mask: own.mask,
					...ownMemory,
					...caches,
				});
				caches = nextCaches(outputs);
				result = Float32Array.from(await numbersOf(outputs['log_probs']));
			}
			return result;
		};

		// One hypothesis for each segment, then three, then three that continue others than their own
		// rows: the second step's rows 2, 2, 0 and 3, 5, 4.
		const steps: { tokens: number[][]; parents: number[] }[] = [
			{ tokens: [[last], [last]], parents: [0, 0] },
			{
				tokens: [
					[5, 9, 11],
					[7, 8, 3],
				],
				parents: [0, 0, 0, 1, 1, 1],
			},
			{
				tokens: [
					[20, 21, 22],
					[30, 31, 32],
				],
				parents: [2, 2, 0, 3, 5, 4],
			},
		];
		const sequences = [
			[
				[last, 11, 20],
				[last, 11, 21],
				[last, 5, 22],
			],
			[
				[last, 7, 30],
				[last, 3, 31],
				[last, 8, 32],
			],
		];
		let caches = emptyCaches(ort, manifest, 'float32');
		let found: ort.Tensor | undefined;
		for (const [position, { tokens, parents }] of steps.entries()) {
			const outputs = await decoder.run({
				...stepInputs(ort, tokens, parents, position),
				mask: inputs.mask,
				...memory,
				...caches,
			});
			caches = nextCaches(outputs);
			found = outputs['log_probs'];
		}
		expect(found?.dims).toEqual([2, 3, units]);
		expect(caches[cacheNames(0).selfKey]?.dims).toEqual([6, 4, 16, 3]);
		for (const segment of [0, 1]) {
			const rows = await rowsOf(found, segment, 3);
			for (const hypothesis of [0, 1, 2]) {
				const row = rows.subarray(hypothesis * units, (hypothesis + 1) * units);
				const expected = await alone(segment, sequences[segment]?.[hypothesis] ?? []);
				expect(largestDifference(row, expected)).toBeLessThan(1e-5);
			}
		}
		await cross.release();
		await decoder.release();
	});
});
