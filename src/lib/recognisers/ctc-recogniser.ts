import { frameRateHz } from '../domain/session.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import type { Model } from '../inference/model.ts';
import { assert } from '../support/assert.ts';
import type { SlowOptions } from '../support/progress.ts';
import { cutIntoChunks, maximumChunkFrames } from './chunks.ts';
import type { Chunk } from './chunks.ts';
import { cueOf } from './cue.ts';
import { alignUnits } from './decoding/ctc.ts';
import type { LogProbs } from './decoding/ctc.ts';
import { defaultBeamOptions, prefixBeamSearch } from './decoding/prefix-beam.ts';
import type { BeamOptions } from './decoding/prefix-beam.ts';
import type { Vocabulary } from './decoding/units.ts';
import { lipTensor, pictureCount, soundTensor } from './features.ts';
import type { Recogniser, SpeechClip } from './recogniser.ts';

/** What makes a recogniser of this family: its network, what its classes mean, how they are decoded. */
export interface CtcRecogniserParts {
	/**
	 * Inputs `lips` [1, T, 88, 88] and `audio` [1, T, 104], output `log_probs` [1, T, classes], class 0 the blank.
	 */
	readonly model: Model;
	readonly vocabulary: Vocabulary;
	readonly beam?: Partial<BeamOptions>;
	/** The longest stretch that the network is good at; 15 s by default. */
	readonly maximumChunkFrames?: number;
}

/** A recogniser of lips and sound whose network gives one distribution over units for each frame (CTC). */
export class CtcRecogniser implements Recogniser {
	readonly id: string;
	readonly #model: Model;
	readonly #vocabulary: Vocabulary;
	readonly #beam: BeamOptions;
	readonly #chunkFrames: number;

	constructor({
		model,
		vocabulary,
		beam,
		maximumChunkFrames: chunkFrames = maximumChunkFrames,
	}: CtcRecogniserParts) {
		this.id = model.id;
		this.#model = model;
		this.#vocabulary = vocabulary;
		this.#beam = { ...defaultBeamOptions, ...beam };
		this.#chunkFrames = chunkFrames;
	}

	async recognise(clip: SpeechClip, options: SlowOptions = {}): Promise<RecognisedCue[]> {
		const chunks = cutIntoChunks(pictureCount(clip.lips), clip.speech, this.#chunkFrames);
		const cues: RecognisedCue[] = [];
		for (const [done, chunk] of chunks.entries()) {
			const logProbs = await this.logProbs(clip, chunk, options.signal);
			const cue = this.decode(logProbs, clip.startSeconds + chunk.startFrame / frameRateHz);
			if (cue) cues.push(cue);
			options.onProgress?.({
				stage: 'recognition',
				done: done + 1,
				total: chunks.length,
				unit: 'steps',
			});
		}
		return cues;
	}

	/** What the network says of one chunk, before any decoding. */
	async logProbs(clip: SpeechClip, chunk: Chunk, signal?: AbortSignal): Promise<LogProbs> {
		const { startFrame, endFrame } = chunk;
		const { log_probs: output } = await this.#model.run(
			{
				lips: lipTensor(clip.lips, startFrame, endFrame),
				audio: soundTensor(clip.audio, startFrame, endFrame),
			},
			signal,
		);
		assert(output?.type === 'float32', `${this.id} gave no log_probs`);
		const frames = endFrame - startFrame;
		const classes = this.#vocabulary.units.length;
		assert(output.data.length === frames * classes, `${this.id} gave ${output.dims.join(' x ')}`);
		return { frames, classes, data: output.data };
	}

	/** The best words for a chunk that begins at `startSeconds`; null when there are none. */
	decode(logProbs: LogProbs, startSeconds: number): RecognisedCue | null {
		const [best] = prefixBeamSearch(logProbs, this.#beam);
		const units = alignUnits(logProbs, best?.units ?? []);
		return cueOf(this.#vocabulary, units, startSeconds, logProbs.frames);
	}
}
