import { frameRateHz } from '../domain/session.ts';
import { faceTemplate } from '../perception/faces/face-embedder.ts';
import { estimateSimilarity, transformPoints } from '../signal/affine.ts';
import { spannedFrames, type FaceTrack } from './track-faces.ts';

/** Standard deviation of a face's points, in pixels of a face of 112, below which nothing in it moves. */
const stillDeviation = 0.15;

/** Nobody sits still without a blink for so long. */
const shortestFrames = 5 * frameRateHz;

/**
 * Whether a face is a picture of one, on a poster or a screen: nothing in it ever moves, wherever it goes as a whole.
 */
export function isStill({ sightings }: FaceTrack): boolean {
	if (spannedFrames(sightings) <= shortestFrames) return false;
	return motionOf(sightings.map(({ face }) => face.keyPoints)) < stillDeviation;
}

/**
 * How much points move against each other: their standard deviation, in pixels of a face of 112, once each face is
 * laid onto the same template.
 */
function motionOf(faces: readonly Float32Array[]): number {
	const aligned = faces.map((points) =>
		transformPoints(estimateSimilarity(points, faceTemplate), points),
	);
	let sum = 0;
	for (let i = 0; i < faceTemplate.length; i++) {
		const values = aligned.map((points) => points[i]!);
		const mean = values.reduce((total, value) => total + value, 0) / values.length;
		sum += values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
	}
	return Math.sqrt(sum / faceTemplate.length);
}
