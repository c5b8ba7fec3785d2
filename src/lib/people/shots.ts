import { frameRateHz } from '../domain/session.ts';
import { rgbToHsv } from '../signal/hsv.ts';
import type { Picture } from '../signal/warp.ts';

/** A stretch without a cut, in frames; the end is not part of it. */
export interface Shot {
	readonly startFrame: number;
	readonly endFrame: number;
}

/** Frames are looked at this wide at most, as PySceneDetect does. */
export const shotWidth = 256;

/** PySceneDetect's AdaptiveDetector: a frame that changes this many times as much as those around it. */
const adaptiveRatio = 3;
const adaptiveValue = 15;
const adaptiveReach = 2;

/** Changes this large are cuts in the midst of motion, too. */
const contentValue = 45;

/** No shot is shorter: 0.4 s. */
const shortestFrames = 0.4 * frameRateHz;

/** What looks again as it did before within so many frames was a flash. */
const flashFrames = 12;
const flashValue = 10;

/** A mean brightness below this for so many frames is a fade through black. */
const darkValue = 12;
const darkFrames = 3;

/**
 * How much two pictures differ, 0 to 255: the mean of the mean differences of hue, saturation and value, hue not taken
 * as a circle (PySceneDetect's ContentDetector without edges).
 */
export function contentChange(before: Uint8Array, after: Uint8Array): number {
	let sum = 0;
	for (let i = 0; i < after.length; i++) sum += Math.abs(after[i]! - before[i]!);
	return after.length === 0 ? 0 : sum / after.length;
}

/**
 * How many times as much each frame changes as the two before and the two after it, 255 at most; null at both ends.
 *
 * @param changes of each frame against the one before it; 0 for the first
 */
export function adaptiveRatios(changes: readonly number[]): (number | null)[] {
	return changes.map((_, frame) => ratioAt(changes, frame));
}

function ratioAt(changes: readonly number[], frame: number): number | null {
	if (frame < adaptiveReach || frame + adaptiveReach >= changes.length) return null;
	let sum = 0;
	for (let k = 1; k <= adaptiveReach; k++) sum += changes[frame - k]! + changes[frame + k]!;
	const mean = sum / (2 * adaptiveReach);
	if (mean < 1e-5) return changes[frame]! >= adaptiveValue ? 255 : 0;
	return Math.min(255, changes[frame]! / mean);
}

/** Those of some cuts that are at least so many frames after the last one, or the start (SUPPRESS of PySceneDetect). */
export function spacedCuts(cuts: readonly number[], shortest: number): number[] {
	const kept: number[] = [];
	for (const cut of cuts) if (cut - (kept.at(-1) ?? 0) >= shortest) kept.push(cut);
	return kept;
}

/** Whether a frame begins a shot, going by how much it and its neighbours change. */
export function isCut(changes: readonly number[], frame: number): boolean {
	const change = changes[frame]!;
	if (change >= contentValue) return true;
	return change >= adaptiveValue && (ratioAt(changes, frame) ?? 0) >= adaptiveRatio;
}

/** Finds shots as the frames go by. Holds a few small pictures, and two numbers for each frame. */
export class ShotFinder {
	readonly #changes: number[] = [];
	readonly #brightness: number[] = [];
	readonly #cuts: number[] = [];
	/** The latest, as HSV; the last is the newest. */
	readonly #held: Uint8Array[] = [];
	#calmUntil = 0;

	/**
	 * Takes the next frame: RGB, always of one size, `shotWidth` wide at most.
	 *
	 * @returns how much it differs from the one before, as `contentChange`
	 */
	push({ data }: Picture): number {
		const pixels = new Uint8Array(data.length);
		let brightness = 0;
		for (let i = 0; i < data.length; i += 3) {
			rgbToHsv(data[i]!, data[i + 1]!, data[i + 2]!, pixels, i);
			brightness += pixels[i + 2]!;
		}
		this.#brightness.push(brightness / (data.length / 3));
		const before = this.#held.at(-1);
		const change = before ? contentChange(before, pixels) : 0;
		this.#changes.push(change);
		this.#held.push(pixels);
		if (this.#held.length > flashFrames + 2) this.#held.shift();
		const judged = this.#changes.length - 1 - flashFrames;
		if (judged > 0) this.#judge(judged);
		return change;
	}

	/** All shots, one after the other, from the first frame to the end; none without frames. */
	finish(): Shot[] {
		const count = this.#changes.length;
		for (let frame = Math.max(1, count - flashFrames); frame < count; frame++) this.#judge(frame);
		const fades = this.#fades();
		const sharp = this.#cuts.filter((cut) => !fades.some(([from, to]) => cut >= from && cut <= to));
		const middles = fades.map(([from, to]) => Math.floor((from + to) / 2));
		const all = [...sharp, ...middles].sort((a, b) => a - b);
		const cuts = spacedCuts(all, shortestFrames).filter((cut) => count - cut >= shortestFrames);
		const starts = count === 0 ? [] : [0, ...cuts];
		return starts.map((startFrame, i) => ({ startFrame, endFrame: starts[i + 1] ?? count }));
	}

	/** Notes a cut, unless what was there before it comes back at once. */
	#judge(frame: number): void {
		if (frame < this.#calmUntil || !isCut(this.#changes, frame)) return;
		const newest = this.#held.length - 1;
		const before = newest - (this.#changes.length - frame);
		const change = contentChange(this.#held[before]!, this.#held[newest]!);
		if (change >= flashValue) this.#cuts.push(frame);
		else this.#calmUntil = frame + flashFrames;
	}

	/** Dark stretches between two bright ones: first frame, and the one after the last. */
	#fades(): (readonly [number, number])[] {
		const found: (readonly [number, number])[] = [];
		let from = 0;
		for (let frame = 0; frame < this.#brightness.length; frame++) {
			if (this.#brightness[frame]! < darkValue) continue;
			if (from > 0 && frame - from >= darkFrames) found.push([from, frame]);
			from = frame + 1;
		}
		return found;
	}
}
