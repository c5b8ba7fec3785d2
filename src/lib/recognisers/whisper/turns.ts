import { frameRateHz, sampleRateHz } from '../../domain/session.ts';
import { durationOf, type TimeRange } from '../../domain/time-range.ts';
import type { Chunk } from '../chunks.ts';
import type { SpeechClip } from '../recogniser.ts';
import { trimPauses } from './pauses.ts';

const samplesPerFrame = sampleRateHz / frameRateHz;

/** The sound of a turn. */
export function soundOf(
	{ startFrame, endFrame }: Chunk,
	{ audio }: Pick<SpeechClip, 'audio'>,
): Float32Array {
	return audio.subarray(startFrame * samplesPerFrame, endFrame * samplesPerFrame);
}

/**
 * Turns at their true distance with silence between them, from the start of the first to the end of
 * the last.
 *
 * @param turns in order
 */
export function joinTurns(turns: readonly Chunk[], clip: Pick<SpeechClip, 'audio'>): Float32Array {
	const whole = wholeOf(turns);
	const joined = new Float32Array(soundOf(whole, clip).length);
	for (const turn of turns) {
		joined.set(soundOf(turn, clip), (turn.startFrame - whole.startFrame) * samplesPerFrame);
	}
	return joined;
}

/**
 * Gives words of turns that were heard as one back to them: each to the turn in which its middle lies or, where that is in
 * none, to the nearest one. The pauses around it are left away before, for a pause counts as part of the word
 * after it.
 *
 * @param words with times from the start of the first turn
 * @param turns in order
 * @param clip whose turns they are
 * @returns the words of each turn, with times from its start and within it
 */
export function giveWordsBack<Word extends TimeRange>(
	words: readonly Word[],
	turns: readonly Chunk[],
	clip: Pick<SpeechClip, 'audio'>,
): Word[][] {
	const { startFrame } = wholeOf(turns);
	const places = turns.map((turn) => ({
		startSeconds: (turn.startFrame - startFrame) / frameRateHz,
		endSeconds: (turn.endFrame - startFrame) / frameRateHz,
	}));
	const given = turns.map((): Word[] => []);
	for (const word of trimPauses(words, joinTurns(turns, clip))) {
		const middle = (word.startSeconds + word.endSeconds) / 2;
		const distances = places.map((place) => distanceTo(place, middle));
		const nearest = distances.indexOf(Math.min(...distances));
		const place = places[nearest]!;
		given[nearest]!.push({ ...word, ...within(word, place) });
	}
	// The silence between turns hides how quiet their own pauses are.
	return given.map((own, i) => trimPauses(own, soundOf(turns[i]!, clip)));
}

function wholeOf(turns: readonly Chunk[]): Chunk {
	return { startFrame: turns[0]?.startFrame ?? 0, endFrame: turns.at(-1)?.endFrame ?? 0 };
}

function distanceTo({ startSeconds, endSeconds }: TimeRange, seconds: number): number {
	return Math.max(startSeconds - seconds, seconds - endSeconds, 0);
}

/** The part of a word that lies in a place, in the place's own time. */
function within(word: TimeRange, place: TimeRange): TimeRange {
	const length = durationOf(place);
	const inside = (seconds: number): number =>
		Math.min(length, Math.max(0, seconds - place.startSeconds));
	return { startSeconds: inside(word.startSeconds), endSeconds: inside(word.endSeconds) };
}
