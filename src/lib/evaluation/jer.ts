import type { TimeRange } from '../domain/time-range.ts';
import { mappingByTime, mappingOf, sharedSeconds } from './speaker-mapping.ts';
import type { SharedSeconds } from './speaker-mapping.ts';
import { joinedTurns, totalSeconds } from './speaker-turns.ts';
import type { SpeakerTurns } from './speaker-turns.ts';

/** How badly each speaker of a reference was found. Who is found beyond them costs nothing. */
export interface JaccardErrors {
	/** By reference speaker: 1 less shared over joint time with the partner; 1 without a partner. */
	readonly perSpeaker: ReadonlyMap<string, number>;
	/** Reference speaker by hypothesis speaker, for partners who talk at one time. */
	readonly mapping: ReadonlyMap<string, string>;
}

/** Length of the frames that dscore counts. */
const frameSeconds = 0.01;

/** The first frame that begins at a time or after it, by the same numbers as `searchsorted(0.01 * arange(n), t)`. */
function frameFrom(seconds: number): number {
	let frame = Math.round(seconds / frameSeconds);
	while (frame * frameSeconds < seconds) frame++;
	while ((frame - 1) * frameSeconds >= seconds) frame--;
	return frame;
}

/** Turns counted in frames instead of seconds. A last frame that the evaluated time cuts is none. */
function inFrames(turns: SpeakerTurns, uem: TimeRange): SpeakerTurns {
	const frames = new Map(
		[...turns].map(([speaker, ranges]) => [
			speaker,
			ranges.map(({ startSeconds, endSeconds }) => ({
				startSeconds: frameFrom(startSeconds),
				endSeconds: frameFrom(endSeconds),
			})),
		]),
	);
	const startSeconds = frameFrom(uem.startSeconds);
	const endSeconds = Math.max(startSeconds, Math.floor(uem.endSeconds / frameSeconds));
	return joinedTurns(frames, { startSeconds, endSeconds });
}

/** The Jaccard distance of two speakers, 0 to 1, whatever unit their time is counted in. */
function distances(reference: SpeakerTurns, hypothesis: SpeakerTurns, shared: SharedSeconds) {
	const lengths = (turns: SpeakerTurns): ReadonlyMap<string, number> =>
		new Map([...turns].map(([speaker, ranges]) => [speaker, totalSeconds(ranges)]));
	const [said, heard] = [lengths(reference), lengths(hypothesis)];
	return (a: string, b: string): number => {
		const both = shared.get(a)?.get(b) ?? 0;
		return both === 0 ? 1 : 1 - both / ((said.get(a) ?? 0) + (heard.get(b) ?? 0) - both);
	};
}

function errorsOf(
	reference: SpeakerTurns,
	mapping: ReadonlyMap<string, string>,
	distance: (said: string, heard: string) => number,
): JaccardErrors {
	const partners = new Map([...mapping].map(([heard, said]) => [said, heard]));
	const perSpeaker = new Map(
		[...reference.keys()].map((said) => {
			const heard = partners.get(said);
			return [said, heard === undefined ? 1 : distance(said, heard)];
		}),
	);
	return { perSpeaker, mapping };
}

/** As dscore has it: frames of 10 ms, and the partners with the least sum of distances. */
export function jaccardErrors(
	reference: SpeakerTurns,
	hypothesis: SpeakerTurns,
	uem: TimeRange,
): JaccardErrors {
	const own = inFrames(reference, uem);
	const found = inFrames(hypothesis, uem);
	const shared = sharedSeconds(own, found);
	const distance = distances(own, found, shared);
	return errorsOf(own, mappingOf(shared, found, distance), distance);
}

/** As pyannote.metrics has it: exact times, and the partners who share the most time. */
export function jaccardErrorsByTime(
	reference: SpeakerTurns,
	hypothesis: SpeakerTurns,
	uem: TimeRange,
): JaccardErrors {
	const own = joinedTurns(reference, uem);
	const found = joinedTurns(hypothesis, uem);
	const shared = sharedSeconds(own, found);
	return errorsOf(own, mappingByTime(shared, found), distances(own, found, shared));
}

/**
 * The Jaccard error rate of one recording or of a corpus: the mean over all speakers of all recordings.
 * Null without a speaker.
 */
export function jaccardErrorRate(recordings: readonly JaccardErrors[]): number | null {
	const all = recordings.flatMap(({ perSpeaker }) => [...perSpeaker.values()]);
	return all.length === 0 ? null : all.reduce((sum, error) => sum + error, 0) / all.length;
}
