import type { Picture } from '../../signal/warp.ts';
import type { Landmarks } from './landmarks.ts';
import { cropLips, lipSize, noFaceGrey } from './lip-crop.ts';
import { interpolateLandmarks, smoothLandmarks, smoothingHalfWindow } from './smoothing.ts';

/** One lip picture on its way out. */
export interface LipFrame {
	/** 96 x 96 grey; uniform `noFaceGrey` where `seen` is false. */
	readonly data: Uint8Array;
	/** Whether the face was there, or missing for so short a time that its place is known. */
	readonly seen: boolean;
}

/** One second: over longer gaps a face may be anywhere. */
export const defaultMaximumGapFrames = 25;

/**
 * Turns frames and their landmarks, given one by one, into lip pictures, in order. It holds back what smoothing and
 * the filling of gaps need: at most `maximumGapFrames` + 13 pictures.
 */
export class LipCropper {
	readonly #maximumGap: number;
	/** Landmarks of the present unbroken run, but for those at its front that no longer matter. */
	#run: Landmarks[] = [];
	/** Pictures of the run that are not cropped yet: those of the last landmarks in `#run`. */
	#waiting: Picture[] = [];
	/** Frames without landmarks since the last one with. */
	#gap: Picture[] = [];
	/** The gap has become too long: its frames leave at once. */
	#lost = false;

	constructor(maximumGapFrames = defaultMaximumGapFrames) {
		this.#maximumGap = maximumGapFrames;
	}

	/** Takes the next frame, with null for no face, and gives the lip pictures that are now known. */
	push(picture: Picture, landmarks: Landmarks | null): LipFrame[] {
		if (!landmarks) {
			if (this.#lost) return [blank()];
			this.#gap.push(picture);
			if (this.#gap.length <= this.#maximumGap) return [];
			const rest = [...this.#endRun(), ...this.#gap.map(blank)];
			this.#gap = [];
			this.#lost = true;
			return rest;
		}
		this.#lost = false;
		const last = this.#run.at(-1);
		const between = last
			? interpolateLandmarks(last, landmarks, this.#gap.length)
			: this.#gap.map(() => landmarks);
		this.#run.push(...between, landmarks);
		this.#waiting.push(...this.#gap, picture);
		this.#gap = [];
		return this.#ready();
	}

	/** The end of the track: the lip pictures still held back. */
	finish(): LipFrame[] {
		const gap = this.#gap;
		const last = this.#run.at(-1);
		this.#gap = [];
		if (!last) return gap.map(blank);
		this.#run.push(...gap.map(() => last));
		this.#waiting.push(...gap);
		return this.#endRun();
	}

	/** Crops every frame of the run whose whole smoothing window is known. */
	#ready(): LipFrame[] {
		const out: LipFrame[] = [];
		while (this.#waiting.length > smoothingHalfWindow) out.push(this.#cropNext());
		return out;
	}

	#endRun(): LipFrame[] {
		const out: LipFrame[] = [];
		while (this.#waiting.length > 0) out.push(this.#cropNext());
		this.#run = [];
		return out;
	}

	#cropNext(): LipFrame {
		const picture = this.#waiting.shift();
		if (!picture) throw new TypeError('No frame waits to be cropped');
		const index = this.#run.length - this.#waiting.length - 1;
		const data = cropLips(picture, smoothLandmarks(this.#run, index));
		if (index >= smoothingHalfWindow) this.#run.shift();
		return { data, seen: true };
	}
}

function blank(): LipFrame {
	return { data: new Uint8Array(lipSize * lipSize).fill(noFaceGrey), seen: false };
}
