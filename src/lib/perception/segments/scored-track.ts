import type { ActivityScores } from '../../domain/activity.ts';

/** Active speaker scores of one track, with what is needed to place them. */
export interface ScoredTrack {
	readonly trackId: string;
	/** When the track's first frame is shown, in seconds of the central video. */
	readonly startSeconds: number;
	readonly activity: ActivityScores;
}

/** All that is known of one speaker's activity. */
export interface ScoredSpeaker {
	readonly speakerId: string;
	readonly tracks: readonly ScoredTrack[];
}

/**
 * The scores of several tracks on one time line, NaN where there is none. Where tracks overlap, the
 * later one in the list counts, as in the MCoRec baseline.
 */
export function joinScores(tracks: readonly ActivityScores[]): ActivityScores {
	const scored = tracks.filter(({ scores }) => scores.length > 0);
	if (scored.length === 0) return { frameStart: 0, scores: new Float32Array(0) };
	const frameStart = Math.min(...scored.map((track) => track.frameStart));
	const end = Math.max(...scored.map((track) => track.frameStart + track.scores.length));
	const scores = new Float32Array(end - frameStart).fill(NaN);
	for (const track of scored) {
		track.scores.forEach((score, index) => {
			if (!Number.isNaN(score)) scores[track.frameStart - frameStart + index] = score;
		});
	}
	return { frameStart, scores };
}
