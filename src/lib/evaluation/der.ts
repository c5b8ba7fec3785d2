import type { DerProtocol } from '../domain/diarisation.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { mappingByTime, sharedSeconds } from './speaker-mapping.ts';
import { cellsOf, joinedRanges, joinedTurns } from './speaker-turns.ts';
import type { SpeakerTurns } from './speaker-turns.ts';

/** What is scored of a recording. */
export interface DerRules {
	/** Seconds on either side of each bound of a reference turn that are not scored (half of pyannote's collar). */
	readonly collarSeconds: number;
	/** Whether time in which two or more people of the reference talk is left out. */
	readonly skipOverlap: boolean;
}

/** The rules that published numbers go by; numbers of different ones do not compare. */
export const derProtocols = {
	/** Everything (pyannote's tables, DiariZen, MISP). */
	full: { collarSeconds: 0, skipOverlap: false },
	/** As VoxConverse and VoxSRC score. */
	fair: { collarSeconds: 0.25, skipOverlap: false },
	/** As older telephone and meeting results are scored. */
	forgiving: { collarSeconds: 0.25, skipOverlap: true },
} as const satisfies Readonly<Record<DerProtocol, DerRules>>;

/** Speaker seconds that are wrong, by kind: a second in which two people are missed counts twice. */
export interface DiarisationErrors {
	/** Speech of the reference that is scored. */
	readonly referenceSeconds: number;
	readonly missedSeconds: number;
	readonly falseAlarmSeconds: number;
	/** Speech that was given to somebody else. */
	readonly confusedSeconds: number;
}

/** The neutral element of `addDiarisationErrors`. */
export const noDiarisationErrors: DiarisationErrors = {
	referenceSeconds: 0,
	missedSeconds: 0,
	falseAlarmSeconds: 0,
	confusedSeconds: 0,
};

/** Errors of several recordings: a corpus is scored by its sums, not by the mean of its rates. */
export function addDiarisationErrors(
	a: DiarisationErrors,
	b: DiarisationErrors,
): DiarisationErrors {
	return {
		referenceSeconds: a.referenceSeconds + b.referenceSeconds,
		missedSeconds: a.missedSeconds + b.missedSeconds,
		falseAlarmSeconds: a.falseAlarmSeconds + b.falseAlarmSeconds,
		confusedSeconds: a.confusedSeconds + b.confusedSeconds,
	};
}

/** Errors per second of reference speech; may exceed 1. Null without reference speech, where it has no meaning. */
export function diarisationErrorRate(errors: DiarisationErrors): number | null {
	if (errors.referenceSeconds === 0) return null;
	const { missedSeconds, falseAlarmSeconds, confusedSeconds } = errors;
	return (missedSeconds + falseAlarmSeconds + confusedSeconds) / errors.referenceSeconds;
}

/** What is compared: turns in the evaluated time, and who is whom. */
export interface ComparedTurns {
	readonly reference: SpeakerTurns;
	readonly hypothesis: SpeakerTurns;
	/** Reference speaker by hypothesis speaker, for those that have one. */
	readonly mapping: ReadonlyMap<string, string>;
	/** The reference's turns beyond the evaluated time too: its bound is no bound of a turn. */
	readonly wholeReference: SpeakerTurns;
	readonly uem: TimeRange;
}

/**
 * Maps the speakers of a hypothesis to those of a reference, one to one, so that they share the most
 * time. As md-eval does it: over all of the evaluated time, whatever a collar takes out of it.
 *
 * @param uem the evaluated time: the whole recording, unless its reference covers a part.
 */
export function compareTurns(
	reference: SpeakerTurns,
	hypothesis: SpeakerTurns,
	uem: TimeRange,
): ComparedTurns {
	const own = joinedTurns(reference, uem);
	const found = joinedTurns(hypothesis, uem);
	return {
		reference: own,
		hypothesis: found,
		mapping: mappingByTime(sharedSeconds(own, found), found),
		wholeReference: joinedTurns(reference, null),
		uem,
	};
}

/** Stretches around the bounds of the reference's turns. */
function collars({ wholeReference, uem }: ComparedTurns, seconds: number): readonly TimeRange[] {
	const bounds = [...wholeReference.values()].flatMap((turns) =>
		turns.flatMap(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]),
	);
	const around = bounds.map((at) => ({ startSeconds: at - seconds, endSeconds: at + seconds }));
	return joinedRanges(around, uem);
}

/**
 * The errors of which the diarisation error rate is made, as NIST's md-eval counts them.
 * @throws TypeError for a collar that is negative or not finite.
 */
export function diarisationErrors(
	compared: ComparedTurns,
	{ collarSeconds, skipOverlap }: DerRules,
): DiarisationErrors {
	if (!(collarSeconds >= 0 && collarSeconds < Infinity)) {
		throw new TypeError(`Not a collar: ${collarSeconds} s`);
	}
	const { reference, hypothesis, mapping } = compared;
	const unscored = joinedTurns(new Map([['', collars(compared, collarSeconds)]]), null);
	let referenceSeconds = 0;
	let missedSeconds = 0;
	let falseAlarmSeconds = 0;
	let confusedSeconds = 0;
	for (const cell of cellsOf([reference, hypothesis, unscored])) {
		const [said, heard, left] = [cell.active[0]!, cell.active[1]!, cell.active[2]!];
		if (left.size > 0 || (skipOverlap && said.size > 1)) continue;
		const seconds = cell.endSeconds - cell.startSeconds;
		let right = 0;
		for (const speaker of heard) {
			const own = mapping.get(speaker);
			if (own !== undefined && said.has(own)) right++;
		}
		referenceSeconds += seconds * said.size;
		missedSeconds += seconds * Math.max(0, said.size - heard.size);
		falseAlarmSeconds += seconds * Math.max(0, heard.size - said.size);
		confusedSeconds += seconds * (Math.min(said.size, heard.size) - right);
	}
	return { referenceSeconds, missedSeconds, falseAlarmSeconds, confusedSeconds };
}
