import type { Model } from '../../inference/model.ts';
import { estimateSimilarity, scaleOf, transformPoints } from '../../signal/affine.ts';
import type { Picture } from '../../signal/warp.ts';
import { findFaces } from '../faces/face-detectors.ts';
import type { Face } from '../faces/yunet.ts';
import { findLandmarks } from './landmarkers.ts';
import { boxAround, type Landmarks } from './landmarks.ts';
import { meanFace, stablePoints } from './mean-face.ts';

export interface FaceTrackerOptions {
	/** Frames after which the detector confirms a face that is being followed. */
	readonly detectEveryFrames?: number;
	readonly signal?: AbortSignal | undefined;
}

/** Two seconds: a face that leaves a track is noticed at the latest then. */
const defaultDetectEveryFrames = 50;

/** While no face is in sight the detector looks only this often. */
const searchEveryFrames = 5;

/**
 * Root mean square distance, in pixels of the mean face, between its stable points and those of a face laid
 * onto it, above which it is taken for no face. Measured on five face tracks: 1.9 to 3.9 on average, 4.4 at most.
 */
const maximumMisfit = 15;

/**
 * Follows the largest face of a track. The landmark net runs on every frame, on the box of the frame
 * before; the detector, which costs twice as much, only finds the face and confirms it.
 */
export class FaceTracker {
	readonly #detector: Model;
	readonly #landmarker: Model;
	readonly #detectEvery: number;
	readonly #signal: AbortSignal | undefined;
	#last: Landmarks | null = null;
	#sinceDetection = Infinity;

	constructor(models: { detector: Model; landmarker: Model }, options: FaceTrackerOptions = {}) {
		this.#detector = models.detector;
		this.#landmarker = models.landmarker;
		this.#detectEvery = options.detectEveryFrames ?? defaultDetectEveryFrames;
		this.#signal = options.signal;
	}

	/** Landmarks of the track's next frame, null where it shows no face. */
	async next(picture: Picture): Promise<Landmarks | null> {
		this.#sinceDetection++;
		if (this.#last && this.#sinceDetection < this.#detectEvery) {
			const landmarks = await this.#fit(picture, this.#last);
			if (landmarks) return (this.#last = landmarks);
		} else if (!this.#last && this.#sinceDetection < searchEveryFrames) {
			return null;
		}
		return (this.#last = await this.#search(picture));
	}

	async #search(picture: Picture): Promise<Landmarks | null> {
		this.#sinceDetection = 0;
		const [face] = await findFaces(this.#detector, picture, { signal: this.#signal });
		if (!face) return null;
		// The detector's box and the landmarks' box differ; a second look on the box that all other frames use keeps the frames alike.
		const rough = await this.#fit(picture, face);
		return rough && (await this.#fit(picture, rough));
	}

	async #fit(picture: Picture, where: Face | Landmarks): Promise<Landmarks | null> {
		const landmarks = await findLandmarks(this.#landmarker, picture, where, this.#signal);
		return landmarks && misfit(landmarks) <= maximumMisfit ? landmarks : null;
	}
}

/**
 * How little these landmarks look like a face: root mean square distance of their stable points from those of
 * the mean face, in its pixels, after the best similarity. Infinity for a collapsed shape.
 */
export function misfit(landmarks: Landmarks): number {
	const from = stablePoints.flatMap((i) => [landmarks[2 * i] ?? 0, landmarks[2 * i + 1] ?? 0]);
	const to = stablePoints.flatMap((i) => [meanFace[2 * i] ?? 0, meanFace[2 * i + 1] ?? 0]);
	const box = boxAround(landmarks);
	if (!(box.right > box.left) || !(box.bottom > box.top)) return Infinity;
	const similarity = estimateSimilarity(from, to);
	if (!(scaleOf(similarity) > 0)) return Infinity;
	const moved = transformPoints(similarity, from);
	let sum = 0;
	for (let i = 0; i < to.length; i++) sum += ((moved[i] ?? 0) - (to[i] ?? 0)) ** 2;
	return Math.sqrt(sum / stablePoints.length);
}
