import * as ort from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChainModel, HeldTensor } from '../../src/lib/inference/model.ts';
import type { AvsrParts } from '../../src/lib/recognisers/avsr/avsr-recogniser.ts';
import { AvsrRecogniser, heldOutputs } from '../../src/lib/recognisers/avsr/avsr-recogniser.ts';
import { CachedDecoder } from '../../src/lib/recognisers/avsr/cached-decoder.ts';
import type { LogProbs } from '../../src/lib/recognisers/decoding/ctc.ts';
import { baselineBeam, JointBeam } from '../../src/lib/recognisers/decoding/joint-beam.ts';
import type {
	SentenceDecoder,
	StepRequest,
} from '../../src/lib/recognisers/decoding/search-together.ts';
import { searchTogether } from '../../src/lib/recognisers/decoding/search-together.ts';
import type { SpeechClip } from '../../src/lib/recognisers/recogniser.ts';
import { present } from '../../src/lib/support/assert.ts';
import { reducedArtefact } from './reduced.ts';
import { chainOf } from './trial-chain.ts';
import { openGraph } from './trial.ts';

/** The model with a count of what it has left and nobody has freed. */
function counted(model: ChainModel, live: Set<HeldTensor>): ChainModel {
	return {
		...model,
		runChain: async (inputs, signal) => {
			const outputs = await model.runChain(inputs, signal);
			for (const tensor of Object.values(outputs.held)) {
				live.add(tensor);
				const free = tensor.dispose.bind(tensor);
				tensor.dispose = () => {
					live.delete(tensor);
					free();
				};
			}
			return outputs;
		},
	};
}

/** A decoder that computes each hypothesis anew from its first unit, by the same graph. */
class ForgetfulDecoder implements SentenceDecoder {
	readonly #fresh: () => CachedDecoder;
	#rows: number[][] = [[]];

	constructor(fresh: () => CachedDecoder) {
		this.#fresh = fresh;
	}

	async step({ units, parents }: StepRequest): Promise<Float32Array> {
		this.#rows = Array.from(units, (unit, i) => [...this.#rows[parents[i]!]!, unit]);
		const next: number[] = [];
		for (const row of this.#rows) {
			const decoder = this.#fresh();
			let last = new Float32Array();
			for (const [position, unit] of row.entries()) {
				const one = { units: Int32Array.of(unit), parents: Int32Array.of(0), width: 1, position };
				last = Float32Array.from(await decoder.step(one));
			}
			decoder.dispose();
			next.push(...last);
		}
		return Float32Array.from(next);
	}
}

function clipOf(frames: number, seed: number, startSeconds: number): SpeechClip {
	const lips = Uint8Array.from(
		{ length: frames * 96 * 96 },
		(_, i) => 107 + 60 * Math.sin(0.013 * seed * i + (i >> 13)) + 40 * Math.cos(0.31 * i),
	);
	const audio = Float32Array.from({ length: frames * 640 }, (_, n) => {
		return 0.2 * Math.sin(0.05 * seed * n) * Math.sin(0.0007 * n) + 0.1 * Math.sin(0.4 * n);
	});
	return { lips, audio, startSeconds, speech: null };
}

describe('the reduced network, decoded', { timeout: 240_000 }, () => {
	const sessions: ort.InferenceSession[] = [];
	const live = new Set<HeldTensor>();
	let parts: AvsrParts;

	beforeAll(async () => {
		ort.env.logLevel = 'error';
		ort.env.wasm.numThreads = 1;
		const artefact = await reducedArtefact(ort, 'fp32', 'float32');
		const { shape, graphs } = artefact.manifest;
		const held = heldOutputs(shape);
		const open = async (name: 'encoder' | 'cross' | 'decoder'): Promise<ChainModel> => {
			const session = await openGraph(artefact, graphs[name]);
			sessions.push(session);
			return counted(chainOf(ort, session, name, held[name]), live);
		};
		parts = {
			id: 'avsr-reduced',
			graphs: {
				encoder: await open('encoder'),
				cross: await open('cross'),
				decoder: await open('decoder'),
			},
			shape,
			arithmetic: 'float32',
			vocabulary: {
				units: Array.from({ length: shape.units - 1 }, (_, i) =>
					i === 0 ? '<blank>' : `${i % 2 === 0 ? '\u2581' : ''}${i.toString(36)}`,
				),
				wholeWords: false,
			},
			maximumUnits: () => 14,
		};
	}, 120_000);

	afterAll(async () => {
		for (const session of sessions) await session.release();
	});

	test('says the same of clips together and alone, and leaves nothing behind', async () => {
		const clips = [clipOf(31, 1, 0), clipOf(12, 2.7, 5), clipOf(60, 4.1, 9)];
		const together = await new AvsrRecogniser(parts).recogniseAll(clips);
		expect(live.size).toBe(0);
		expect(together.flat().length).toBeGreaterThan(0);
		const recogniser = new AvsrRecogniser({ ...parts, framesAtOnce: 1 });
		for (const [i, clip] of clips.entries()) {
			const [cue] = await recogniser.recognise(clip);
			expect(cue?.text).toBe(together[i]?.[0]?.text);
			expect(cue?.confidence).toBeCloseTo(together[i]?.[0]?.confidence ?? Number.NaN, 4);
			expect(cue?.words.map(({ startSeconds }) => startSeconds)).toEqual(
				together[i]?.[0]?.words.map(({ startSeconds }) => startSeconds),
			);
		}
		expect(live.size).toBe(0);
	});

	test('gives with caches what it gives when each hypothesis is computed anew', async () => {
		const frames = 12;
		const { graphs, shape, arithmetic } = parts;
		const pattern = (dims: number[], step: number) => {
			const count = dims.reduce((product, size) => product * size, 1);
			const data = Float32Array.from({ length: count }, (_, i) => Math.sin(step * i));
			return { type: 'float32', dims, data } as const;
		};
		const mask = {
			type: 'float32',
			dims: [1, frames],
			data: new Float32Array(frames).fill(1),
		} as const;
		const heard = await graphs.encoder.runChain({
			lips: pattern([1, frames, 88, 88], 0.017),
			audio: pattern([1, frames, 104], 0.23),
			mask,
		});
		const { held: cross } = await present(graphs.cross, 'cross').runChain(heard.held);
		const output = heard.tensors['log_probs'];
		if (output?.type !== 'float32') throw new TypeError('no log_probs');
		const logProbs: LogProbs = { frames, classes: shape.units, data: output.data };
		const search = async (decoder: SentenceDecoder) => {
			const beam = new JointBeam(logProbs, {
				...baselineBeam,
				maximumSteps: Infinity,
				boundaryUnit: shape.units - 1,
			});
			await searchTogether([beam], decoder);
			return beam.sentences();
		};
		const fresh = (): CachedDecoder =>
			new CachedDecoder(present(graphs.decoder, 'decoder'), { shape, arithmetic }, { mask, cross });
		const cached = fresh();
		const found = await search(cached);
		cached.dispose();
		const expected = await search(new ForgetfulDecoder(fresh));
		expect(found.map(({ units }) => units)).toEqual(expected.map(({ units }) => units));
		found.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i]?.score ?? NaN, 3));
		expect(found[0]?.units.length).toBeGreaterThan(3);
		for (const tensor of [...Object.values(heard.held), ...Object.values(cross)]) tensor.dispose();
		expect(live.size).toBe(0);
	});
});
