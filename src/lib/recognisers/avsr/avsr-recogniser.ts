import { frameRateHz } from '../../domain/session.ts';
import type { RecognisedCue } from '../../domain/transcript.ts';
import type { ChainModel, HeldTensor, Tensor } from '../../inference/model.ts';
import { assert, present } from '../../support/assert.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { cutIntoChunks, maximumChunkFrames } from '../chunks.ts';
import type { Chunk } from '../chunks.ts';
import { cueOf } from '../cue.ts';
import { alignUnits, greedyUnits } from '../decoding/ctc.ts';
import type { LogProbs } from '../decoding/ctc.ts';
import { baselineBeam, JointBeam } from '../decoding/joint-beam.ts';
import { searchTogether } from '../decoding/search-together.ts';
import { withBoundary } from '../decoding/units.ts';
import type { TimedUnit, Vocabulary } from '../decoding/units.ts';
import { lipTensor, pictureCount, soundTensor } from '../features.ts';
import type { Recogniser, SpeechClip } from '../recogniser.ts';
import { CachedDecoder } from './cached-decoder.ts';
import { bucketOf, cacheNames, lipSide, soundWidth } from './graphs.ts';
import type { AvsrArithmetic, AvsrShape } from './manifest.ts';

/** The graphs of graphs.ts, loaded with the outputs of `heldOutputs` held. */
export interface AvsrGraphs {
	readonly encoder: ChainModel;
	/** Without these two it hears what CTC alone says (greedily). */
	readonly cross: ChainModel | null;
	readonly decoder: ChainModel | null;
}

/** Which outputs of each graph go on to another without being read. */
export function heldOutputs({ decoderLayers }: AvsrShape): Record<keyof AvsrGraphs, string[]> {
	const layers = Array.from({ length: decoderLayers }, (_, layer) => cacheNames(layer));
	return {
		encoder: ['encoded'],
		cross: layers.flatMap(({ crossKey, crossValue }) => [crossKey, crossValue]),
		decoder: layers.flatMap(({ newSelfKey, newSelfValue }) => [newSelfKey, newSelfValue]),
	};
}

export interface AvsrParts {
	readonly id: string;
	readonly graphs: AvsrGraphs;
	readonly shape: AvsrShape;
	/** What the graphs compute in. */
	readonly arithmetic: AvsrArithmetic;
	/** The units file's; without the class that bounds sentences. */
	readonly vocabulary: Vocabulary;
	/**
	 * Frames that a chunk of so many is padded to: chunks of one length share a run. The `frameBuckets`
	 * by default, so that a GPU compiles its shaders for few lengths.
	 */
	readonly padTo?: (frames: number) => number;
	/**
	 * Frames in one run of the encoder, padding counted: short chunks share a run, and their searches the
	 * runs of the decoder. As many as the longest chunk has by default, so that it takes no more memory.
	 */
	readonly framesAtOnce?: number;
	/** Units at most in a chunk of so many frames. */
	readonly maximumUnits?: (frames: number) => number;
}

/** A chunk of one of the clips. */
interface Piece extends Chunk {
	readonly clip: SpeechClip;
	readonly clipIndex: number;
	readonly frames: number;
}

/**
 * Twelve units a second and some: no one talks as fast, but a decoder that loops would go on for as
 * many units as there are frames.
 */
const unitsFor = (frames: number): number => 10 + Math.ceil(frames / 2);

/**
 * The AV-HuBERT recogniser of the MCoRec baseline ("avsr-cocktail"): an encoder of lips and sound, a CTC
 * head, an attention decoder. What goes from graph to graph stays on the GPU where they run there.
 */
export class AvsrRecogniser implements Recogniser {
	readonly id: string;
	readonly #parts: AvsrParts;
	readonly #vocabulary: Vocabulary;
	readonly #framesAtOnce: number;
	#piecesAtOnce = Number.POSITIVE_INFINITY;

	/** @throws ConfabError `ModelMismatch` when the units file is another model's. */
	constructor(parts: AvsrParts) {
		this.id = parts.id;
		this.#parts = parts;
		this.#vocabulary = withBoundary(parts.vocabulary);
		this.#framesAtOnce = parts.framesAtOnce ?? maximumChunkFrames;
		const { units } = parts.shape;
		if (this.#vocabulary.units.length !== units) {
			throw new ConfabError(
				'ModelMismatch',
				`The units file has ${this.#vocabulary.units.length - 2} units, ` +
					`the network puts out ${units - 2}. They are not of one model.`,
			);
		}
	}

	async recognise(clip: SpeechClip, options: SlowOptions = {}): Promise<RecognisedCue[]> {
		return present((await this.recogniseAll([clip], options))[0], 'cues');
	}

	/**
	 * The words of several clips, which takes fewer runs than one clip after the other.
	 * @returns cues of each clip, in order.
	 */
	async recogniseAll(
		clips: readonly SpeechClip[],
		{ signal, onProgress }: SlowOptions = {},
	): Promise<RecognisedCue[][]> {
		const pieces = clips.flatMap((clip, clipIndex) =>
			cutIntoChunks(pictureCount(clip.lips), clip.speech).map((chunk): Piece => {
				return { ...chunk, clip, clipIndex, frames: chunk.endFrame - chunk.startFrame };
			}),
		);
		const cues = clips.map((): RecognisedCue[] => []);
		let done = 0;
		for (const batch of batchesOf(pieces, this.#framesAtOnce, this.#parts.padTo ?? bucketOf)) {
			signal?.throwIfAborted();
			const heard = await this.#hearInParts(batch, signal);
			for (const [i, units] of heard.entries()) {
				const { clip, clipIndex, startFrame, frames } = batch[i]!;
				const startSeconds = clip.startSeconds + startFrame / frameRateHz;
				const cue = cueOf(this.#vocabulary, units, startSeconds, frames);
				if (cue) cues[clipIndex]!.push(cue);
			}
			done += batch.length;
			onProgress?.({ stage: 'recognition', done, total: pieces.length, unit: 'steps' });
		}
		for (const list of cues) list.sort((a, b) => a.startSeconds - b.startSeconds);
		return cues;
	}

	/**
	 * The units of each piece. A batch that does not go, for want of memory most likely, is gone through in
	 * halves, and so are those that come after it.
	 */
	async #hearInParts(batch: readonly Piece[], signal?: AbortSignal): Promise<TimedUnit[][]> {
		const size = Math.max(1, Math.min(batch.length, this.#piecesAtOnce));
		const units: TimedUnit[][] = [];
		for (let from = 0; from < batch.length; from += size) {
			const part = batch.slice(from, from + size);
			try {
				units.push(...(await this.#hear(part, signal)));
			} catch (error) {
				signal?.throwIfAborted();
				const lost = error instanceof ConfabError && error.code === 'DeviceLost';
				if (lost || part.length === 1) throw error;
				this.#piecesAtOnce = Math.ceil(part.length / 2);
				units.push(...(await this.#hearInParts(batch.slice(from), signal)));
				break;
			}
		}
		return units;
	}

	/** The units of each piece. All of one batch are padded to one length. */
	async #hear(batch: readonly Piece[], signal?: AbortSignal): Promise<TimedUnit[][]> {
		const { graphs, padTo = bucketOf } = this.#parts;
		const bucket = padTo(Math.max(...batch.map(({ frames }) => frames)));
		const inputs = inputsOf(batch, bucket);
		const { tensors, held } = await graphs.encoder.runChain(inputs, signal);
		try {
			const logProbs = this.#logProbsOf(tensors['log_probs'], batch, bucket);
			if (!graphs.cross || !graphs.decoder) {
				return logProbs.map((rows) => alignUnits(rows, greedyUnits(rows)));
			}
			const { cross, decoder } = graphs;
			return await this.#search(logProbs, { cross, decoder }, inputs.mask, held, signal);
		} finally {
			disposeAll(held);
		}
	}

	async #search(
		logProbs: readonly LogProbs[],
		graphs: Record<'cross' | 'decoder', ChainModel>,
		mask: Tensor,
		encoded: Readonly<Record<string, HeldTensor>>,
		signal?: AbortSignal,
	): Promise<TimedUnit[][]> {
		const { shape, maximumUnits = unitsFor } = this.#parts;
		const { held: cross } = await graphs.cross.runChain(encoded, signal);
		// The keys and values hold all that the decoder needs of it.
		disposeAll(encoded);
		const decoder = new CachedDecoder(graphs.decoder, this.#parts, { mask, cross });
		try {
			const beams = logProbs.map(
				(rows) =>
					new JointBeam(rows, {
						...baselineBeam,
						maximumSteps: Math.min(maximumUnits(rows.frames), shape.maxPositions),
						boundaryUnit: shape.units - 1,
					}),
			);
			await searchTogether(beams, decoder, signal);
			return beams.map((beam, i) => {
				const { units, unitLogProbs } = present(beam.sentences()[0], 'sentence');
				return alignUnits(logProbs[i]!, units).map((span, at) => ({
					...span,
					confidence: jointConfidence(unitLogProbs[at]!, span.confidence),
				}));
			});
		} finally {
			decoder.dispose();
			disposeAll(cross);
		}
	}

	/** Rows of each piece, without the padding. */
	#logProbsOf(output: Tensor | undefined, batch: readonly Piece[], bucket: number): LogProbs[] {
		assert(output?.type === 'float32', `${this.id} gave no log_probs`);
		const classes = this.#vocabulary.units.length;
		assert(
			output.dims.join() === [batch.length, bucket, classes].join(),
			`${this.id} gave log_probs of ${output.dims.join(' x ')}`,
		);
		return batch.map(({ frames }, i) => {
			const start = i * bucket * classes;
			const data = output.data.subarray(start, start + frames * classes);
			assertDistributions(data, classes);
			return { frames, classes, data };
		});
	}
}

/** A unit is as certain as the score that chose it: decoder and CTC, weighed as in the search. */
function jointConfidence(decoderLogProb: number, ctcPosterior: number): number {
	const { ctcWeight } = baselineBeam;
	return Math.exp((1 - ctcWeight) * decoderLogProb) * ctcPosterior ** ctcWeight;
}

function disposeAll(tensors: Readonly<Record<string, HeldTensor>>): void {
	for (const tensor of Object.values(tensors)) tensor.dispose();
}

/** Pieces that run together: those of one padded length, as many as fit into `framesAtOnce`, one at least. */
function batchesOf(
	pieces: readonly Piece[],
	framesAtOnce: number,
	padTo: (frames: number) => number,
): Piece[][] {
	const byBucket = new Map<number, Piece[]>();
	for (const piece of pieces) {
		const bucket = padTo(piece.frames);
		const list = byBucket.get(bucket) ?? [];
		byBucket.set(bucket, list);
		list.push(piece);
	}
	return [...byBucket].flatMap(([bucket, list]) => {
		const size = Math.max(1, Math.floor(framesAtOnce / bucket));
		const count = Math.ceil(list.length / size);
		return Array.from({ length: count }, (_, i) => list.slice(i * size, (i + 1) * size));
	});
}

function inputsOf(
	batch: readonly Piece[],
	bucket: number,
): { lips: Tensor; audio: Tensor; mask: Tensor } {
	const pictureSize = lipSide * lipSide;
	const lips = new Float32Array(batch.length * bucket * pictureSize);
	const audio = new Float32Array(batch.length * bucket * soundWidth);
	const mask = new Float32Array(batch.length * bucket);
	batch.forEach(({ clip, startFrame, endFrame, frames }, i) => {
		const first = i * bucket;
		lips.set(lipTensor(clip.lips, startFrame, endFrame).data, first * pictureSize);
		audio.set(soundTensor(clip.audio, startFrame, endFrame).data, first * soundWidth);
		mask.fill(1, first, first + frames);
	});
	const dims = [batch.length, bucket];
	return {
		lips: { type: 'float32', dims: [...dims, lipSide, lipSide], data: lips },
		audio: { type: 'float32', dims: [...dims, soundWidth], data: audio },
		mask: { type: 'float32', dims, data: mask },
	};
}

/**
 * A GPU that fails may say nothing and put out zeros, or what is no number: looks at a row each second
 * and at the last.
 */
function assertDistributions(data: Float32Array, classes: number): void {
	const frames = data.length / classes;
	for (
		let t = 0;
		t < frames;
		t = t === frames - 1 ? frames : Math.min(t + frameRateHz, frames - 1)
	) {
		let sum = 0;
		for (let i = t * classes; i < (t + 1) * classes; i++) sum += Math.exp(data[i]!);
		if (Math.abs(sum - 1) < 0.05) continue;
		throw new ConfabError(
			'ModelMismatch',
			`The recogniser put out what is not a distribution (its sum is ${sum.toPrecision(3)}).`,
		);
	}
}
