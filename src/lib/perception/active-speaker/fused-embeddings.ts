import { frameRateHz } from '../../domain/session.ts';
import { isEdge, reachFrames, type Clip } from './clip-plan.ts';

/** Values in one embedding of either encoder. */
export const embeddingSize = 128;

/** Sums of the face and sound embeddings of one track, as clip-plan.ts shares them between durations. */
export class FusedEmbeddings {
	#pieces = new Float32Array(0);
	readonly #seams = new Map<number, Float32Array>();

	/**
	 * Takes the part of a clip's embeddings that is to be kept.
	 * @param face, sound Embeddings of the clip from `from` on; the clip may have been cut off.
	 */
	add(clip: Clip, face: Float32Array, sound: Float32Array): void {
		const keepEnd = Math.min(clip.keepEnd, clip.start + face.length / embeddingSize);
		if (keepEnd <= clip.keepStart) return;
		const from = (clip.keepStart - clip.start) * embeddingSize;
		const sum = new Float32Array((keepEnd - clip.keepStart) * embeddingSize);
		for (let i = 0; i < sum.length; i++) sum[i] = face[from + i]! + sound[from + i]!;
		if (clip.seam !== null) {
			this.#seams.set(clip.seam, sum);
			return;
		}
		const needed = keepEnd * embeddingSize;
		if (needed > this.#pieces.length) {
			const grown = new Float32Array(Math.max(needed, 2 * this.#pieces.length));
			grown.set(this.#pieces);
			this.#pieces = grown;
		}
		this.#pieces.set(sum, clip.keepStart * embeddingSize);
	}

	/**
	 * The embeddings as if only chunks of this duration had been encoded.
	 * @returns `[endFrame - startFrame, 128]`.
	 */
	rows(durationSeconds: number, startFrame: number, endFrame: number): Float32Array {
		const rows = this.#pieces.slice(startFrame * embeddingSize, endFrame * embeddingSize);
		const first = Math.max(frameRateHz, Math.ceil(startFrame / frameRateHz) * frameRateHz);
		for (let cut = first; cut < endFrame; cut += frameRateHz) {
			const seam = this.#seams.get(cut);
			if (!seam || isEdge(cut, durationSeconds)) continue;
			rows.set(seam, (cut - reachFrames - startFrame) * embeddingSize);
		}
		return rows;
	}
}
