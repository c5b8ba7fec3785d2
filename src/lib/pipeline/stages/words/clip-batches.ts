import { maximumChunkFrames } from '../../../recognisers/chunks.ts';
import type { Batching } from '../../../recognisers/family.ts';
import { framesIn, type ReadClip } from './read-clips.ts';

/**
 * So many frames at most are recognised together where the recogniser is no quicker with more, unless one
 * segment is longer: as many as its longest chunk may have, so that cancelling loses no more than it
 * did with one segment at a time.
 */
const fewestTogether = maximumChunkFrames;

interface Batch {
	readonly clips: ReadClip[];
	/** Padding counted, where there is any. */
	frames: number;
}

/**
 * Clips that wait until a batch is full: one for each length that clips are padded to, for those of
 * different lengths share no run. Less than a full batch of each is ever held: where clips are padded to
 * 5, 10 and 15 s, less than three minutes of pictures and sound, some 50 MB.
 */
export class ClipBatches {
	readonly #waiting = new Map<number, Batch>();

	/**
	 * Takes in a clip.
	 *
	 * @param batching of the recogniser that is next to be asked
	 * @returns batches that are full now
	 */
	add(read: ReadClip, batching: Batching | null): (readonly ReadClip[])[] {
		const most = batching?.frames ?? fewestTogether;
		const { length, frames } = paddedFrames(framesIn(read), batching);
		const full: (readonly ReadClip[])[] = [];
		let batch = this.#waiting.get(length) ?? { clips: [], frames: 0 };
		if (batch.clips.length > 0 && batch.frames + frames > most) {
			full.push(batch.clips);
			batch = { clips: [], frames: 0 };
		}
		batch.clips.push(read);
		batch.frames += frames;
		if (batch.frames < most) {
			this.#waiting.set(length, batch);
		} else {
			full.push(batch.clips);
			this.#waiting.delete(length);
		}
		return full;
	}

	/** Gives away those that no more clips will fill. */
	takeRest(): (readonly ReadClip[])[] {
		const rest = [...this.#waiting.values()].map(({ clips }) => clips);
		this.#waiting.clear();
		return rest;
	}
}

/** What a clip is padded to (0 for none), and the frames it takes of a batch; a long one is cut into chunks. */
function paddedFrames(
	frames: number,
	batching: Batching | null,
): { readonly length: number; readonly frames: number } {
	if (!batching?.padTo) return { length: 0, frames };
	const length = batching.padTo(Math.min(frames, maximumChunkFrames));
	return { length, frames: length * Math.ceil(frames / maximumChunkFrames) };
}
