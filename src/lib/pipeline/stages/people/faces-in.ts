import type { FacePath } from '../../../domain/face-path.ts';
import {
	appliedLag,
	pictureFrameOf,
	type SoundLag,
} from '../../../perception/active-speaker/sound-lag.ts';
import { calibratedActivity } from '../../../perception/segments/calibrated-activity.ts';
import type { ScoredSpeaker } from '../../../perception/segments/scored-track.ts';
import { present } from '../../../support/assert.ts';
import { groupBy } from '../../../support/group-by.ts';
import type { SeenPeople } from '../faces/stage.ts';

/** Somebody's face in the whole recording. */
export interface SeenFace {
	/** In order of time. */
	readonly paths: readonly FacePath[];
	/** Log odds of speaking by frame of the sound; NaN where the face is not seen. */
	readonly lips: Float32Array;
	/** Whether the sound is another picture's, so that lips say nothing. */
	readonly isUnrelated: boolean;
}

/** Faces are seen for more than this part of the speech where its sound is held to be another picture's. */
const seenPart = 0.5;

/** Lips are never surer than this, either way. */
const surest = 0.98;

/**
 * Everybody who is seen, with how likely it is by their lips that they speak: the scores are calibrated within the
 * recording, as those of a session whose people are known.
 *
 * @param speech probability that anybody speaks, by frame
 */
export function facesIn({ tracks, lag }: SeenPeople, speech: Float32Array): SeenFace[] {
	const people = [...groupBy(tracks, ({ person }) => person)].sort(([a], [b]) => a - b);
	const scored = people.map(([person, own]): ScoredSpeaker => {
		return {
			speakerId: String(person),
			tracks: own.map(({ path, lips }, i) => {
				const [frameStart, end] = soundFramesOf(path, lag);
				const scores = Float32Array.from({ length: end - frameStart }, (_, t) => {
					return lips[pictureFrameOf(lag, frameStart + t) - path.firstFrame] ?? NaN;
				});
				return { trackId: String(i), startSeconds: 0, activity: { frameStart, scores } };
			}),
		};
	});
	const activities = calibratedActivity(scored, speech);
	const faces = people.map(([, own], k) => {
		const { frameStart, probabilities } = present(activities[k], 'activity');
		const lips = new Float32Array(speech.length).fill(NaN);
		for (const { path, isStill } of own) {
			if (isStill) continue;
			const [from, end] = soundFramesOf(path, lag);
			for (let frame = from; frame < Math.min(end, lips.length); frame++) {
				const corner = path.corners[(pictureFrameOf(lag, frame) - path.firstFrame) * 4];
				if (corner === undefined || Number.isNaN(corner)) continue;
				const probability = probabilities[frame - frameStart] ?? NaN;
				const clipped = Math.min(surest, Math.max(1 - surest, probability));
				lips[frame] = Math.log(clipped / (1 - clipped));
			}
		}
		return { paths: own.map(({ path }) => path), lips };
	});
	const isUnrelated = lag.kind === 'unrelated' && partSeen(faces, speech) > seenPart;
	return faces.map(({ paths, lips }): SeenFace => {
		return { paths, lips: isUnrelated ? lips.fill(NaN) : lips, isUnrelated };
	});
}

/** First frame of the sound that goes with a face, and the one after the last. */
function soundFramesOf({ firstFrame, corners }: FacePath, lag: SoundLag): [number, number] {
	const heardAt = (frame: number): number =>
		Math.max(0, Math.round(frame - appliedLag(lag, frame)));
	return [heardAt(firstFrame), heardAt(firstFrame + corners.length / 4)];
}

/** Part of the speech during which anybody is seen. */
function partSeen(faces: readonly { readonly lips: Float32Array }[], speech: Float32Array): number {
	let spoken = 0;
	let seen = 0;
	for (const [t, probability] of speech.entries()) {
		if (probability < 0.5) continue;
		spoken++;
		if (faces.some(({ lips }) => !Number.isNaN(lips[t] ?? NaN))) seen++;
	}
	return seen / Math.max(1, spoken);
}
