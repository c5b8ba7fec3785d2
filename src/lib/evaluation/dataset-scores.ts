import type { Scores, SessionScores } from '../domain/result.ts';
import { meanOf } from './session-scores.ts';

/**
 * The challenge's scores of several sessions: word error rate and joint error are plain means over all
 * speakers of all sessions, so that a session counts as often as it has speakers; F1 is a plain
 * mean over the sessions. Means are over those that have a number; null when none has.
 */
export function datasetScores(sessions: readonly SessionScores[]): Scores {
	const speakers = sessions.flatMap(({ perSpeaker }) => [...perSpeaker.values()]);
	return {
		wer: meanOf(speakers.map(({ wer }) => wer)),
		f1: meanOf(sessions.map(({ f1 }) => f1)),
		joint: meanOf(speakers.map(({ joint }) => joint)),
	};
}
