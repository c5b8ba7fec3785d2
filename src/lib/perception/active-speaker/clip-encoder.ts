import type { Model, Tensor } from '../../inference/model.ts';
import { assert, present } from '../../support/assert.ts';
import type { Clip } from './clip-plan.ts';
import { embeddingSize, FusedEmbeddings } from './fused-embeddings.ts';

/** Side of the pictures the face encoder takes. */
export const faceSize = 112;

const facePixels = faceSize * faceSize;
const coefficients = 13;

interface Encoders {
	readonly visual: Model;
	readonly audio: Model;
}

/** Takes face embeddings `[frames, 128]`, from a frame of the track on. */
export type OnFaces = (firstFrame: number, embeddings: Float32Array) => void;

/** Encodes clips as soon as their frames have come, and forgets frames that no clip needs any more. */
export class ClipEncoder {
	readonly #models: Encoders;
	readonly #mfcc: Float32Array;
	readonly #plan: Iterator<Clip, never>;
	readonly #signal: AbortSignal | undefined;
	readonly #onFaces: OnFaces | undefined;
	readonly #embeddings = new FusedEmbeddings();
	#next: Clip;
	/** Pictures from `#windowStart` on. */
	#window = new Uint8Array(0);
	#windowStart = 0;
	#frameCount = 0;

	/**
	 * @param mfcc Rows of 13 at 100 Hz, at least four for each frame that will come.
	 * @param plan Clips by their last frame, without end.
	 * @param onFaces gets what the face encoder gives, each frame once.
	 */
	constructor(
		models: Encoders,
		mfcc: Float32Array,
		plan: Iterator<Clip, never>,
		signal: AbortSignal | undefined,
		onFaces?: OnFaces,
	) {
		this.#models = models;
		this.#mfcc = mfcc;
		this.#plan = plan;
		this.#signal = signal;
		this.#onFaces = onFaces;
		this.#next = plan.next().value;
	}

	/** Frames taken so far. */
	get frameCount(): number {
		return this.#frameCount;
	}

	/** @param faces The next pictures of 112x112, grey. */
	async take(faces: Uint8Array): Promise<void> {
		const window = new Uint8Array(this.#window.length + faces.length);
		window.set(this.#window);
		window.set(faces, this.#window.length);
		this.#window = window;
		this.#frameCount += faces.length / facePixels;
		while (this.#next.end <= this.#frameCount) await this.#encodeNext();
		const needed = Math.min(this.#next.start, this.#frameCount);
		this.#window = this.#window.slice((needed - this.#windowStart) * facePixels);
		this.#windowStart = needed;
	}

	/** Encodes what is left, cut off at the last frame. */
	async finish(): Promise<FusedEmbeddings> {
		while (this.#next.start < this.#frameCount) await this.#encodeNext();
		return this.#embeddings;
	}

	async #encodeNext(): Promise<void> {
		const clip = this.#next;
		this.#next = this.#plan.next().value;
		const length = Math.min(clip.end, this.#frameCount) - clip.start;
		if (clip.start + length <= clip.keepStart) return;
		const from = (clip.start - this.#windowStart) * facePixels;
		const frames = new Float32Array(this.#window.subarray(from, from + length * facePixels));
		const row = 4 * coefficients;
		const mfcc = this.#mfcc.slice(clip.start * row, (clip.start + length) * row);
		const face = await this.#embed(this.#models.visual, length, {
			frames: { type: 'float32', dims: [1, length, faceSize, faceSize], data: frames },
		});
		const sound = await this.#embed(this.#models.audio, length, {
			mfcc: { type: 'float32', dims: [1, 4 * length, coefficients], data: mfcc },
		});
		this.#embeddings.add(clip, face, sound);
		if (clip.seam !== null) return;
		const kept = [clip.keepStart, clip.keepEnd].map(
			(frame) => (frame - clip.start) * embeddingSize,
		);
		this.#onFaces?.(clip.keepStart, face.subarray(...kept));
	}

	async #embed(
		model: Model,
		length: number,
		inputs: Readonly<Record<string, Tensor>>,
	): Promise<Float32Array> {
		const output = present((await model.run(inputs, this.#signal))['embedding'], 'The embedding');
		assert(
			output.type === 'float32' && output.data.length === length * embeddingSize,
			`${model.id} gives one embedding a frame`,
		);
		return output.data;
	}
}
