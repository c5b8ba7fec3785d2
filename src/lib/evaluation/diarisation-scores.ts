import type { DerProtocol, DerScore, DiarisationScores } from '../domain/diarisation.ts';
import type { Labels } from '../domain/session.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Cue } from '../domain/transcript.ts';
import type { Problem } from '../support/errors.ts';
import { cpWordErrorsInSteps } from './cp-wer.ts';
import { compareTurns, derProtocols, diarisationErrorRate, diarisationErrors } from './der.ts';
import type { ComparedTurns } from './der.ts';
import { jaccardErrorRate, jaccardErrors, jaccardErrorsByTime } from './jer.ts';
import type { SpeakerTurns } from './speaker-turns.ts';
import { wordErrorRate } from './word-errors.ts';

/** Somebody who was found in a recording, as far as it is scored. */
export interface ScoredPerson {
	/** Unique within the recording. */
	readonly id: string;
	/** When they are held to talk. */
	readonly turns: readonly TimeRange[];
	/** What they are held to say, as the scorer reads it of WebVTT. */
	readonly cues: readonly Cue[];
}

const file = 'labels';

function spokenCues({ transcripts }: Labels): ReadonlyMap<string, readonly Cue[]> {
	return new Map(
		[...transcripts].map(([name, cues]) => [name, cues.filter(({ text }) => text.trim() !== '')]),
	);
}

/** When the speakers of a reference talk: where somebody wrote that down, else when their cues are. */
export function timesOf(labels: Labels): SpeakerTurns {
	return labels.turns && labels.turns.size > 0 ? labels.turns : spokenCues(labels);
}

function referenceTurns(labels: Labels): Pick<DiarisationScores, 'turnsFrom' | 'problems'> & {
	readonly turns: SpeakerTurns;
} {
	const spoken = spokenCues(labels);
	const turns = timesOf(labels);
	if (turns !== labels.turns) {
		return { turns, turnsFrom: spoken.size > 0 ? 'cues' : null, problems: [] };
	}
	const without = [...spoken].filter(([name, cues]) => cues.length > 0 && !turns.has(name));
	const problems = without.map(([name]): Problem => {
		const message = `says words, but no turns are given: left out of who speaks when`;
		return { file, field: name, message };
	});
	return { turns, turnsFrom: 'turns', problems };
}

function derScore(compared: ComparedTurns, protocol: DerProtocol): DerScore {
	const errors = diarisationErrors(compared, derProtocols[protocol]);
	return { ...errors, rate: diarisationErrorRate(errors) };
}

/**
 * The scores of a recording whose people were found rather than given. Pauses; each gives the part that
 * is done, 0 to 1.
 *
 * @param labels turns and transcripts by the reference's names of its speakers.
 * @param durationSeconds of the recording: all of it is scored.
 * @param uem the part that the reference covers, where it is not the whole: outside of it nothing counts,
 * and of words only cues that lie wholly inside.
 */
export function* diarisationScoresInSteps(
	labels: Labels,
	people: readonly ScoredPerson[],
	durationSeconds: number,
	uem: TimeRange | null = null,
): Generator<number, DiarisationScores, undefined> {
	const reference = referenceTurns(labels);
	const problems = [...reference.problems];
	const scored = uem ?? { startSeconds: 0, endSeconds: durationSeconds };
	const found = new Map(people.map(({ id, turns }) => [id, turns]));
	const compared = reference.turnsFrom && compareTurns(reference.turns, found, scored);
	if (!compared) problems.push({ file, message: 'no reference turns or words, so no scores' });
	else if (compared.reference.size === 0) {
		const message = 'nobody speaks in the evaluated time, so no error rates';
		problems.push({ file, message });
	}

	const cues = new Map(people.map((person) => [person.id, person.cues]));
	const words =
		labels.transcripts.size > 0 ? yield* cpWordErrorsInSteps(labels.transcripts, cues, uem) : null;
	if (!words && compared) problems.push({ file, message: 'no reference words, so no cpWER' });
	const cpWer = words && { rate: wordErrorRate(words.errors), errors: words.errors };
	if (cpWer?.rate === null) {
		const message = 'no reference word is left in the evaluated time, so no cpWER';
		problems.push({ file, message });
	}
	return {
		der: compared && {
			full: derScore(compared, 'full'),
			fair: derScore(compared, 'fair'),
			forgiving: derScore(compared, 'forgiving'),
		},
		jer: {
			jaccard: compared && jaccardErrorRate([jaccardErrors(reference.turns, found, scored)]),
			time: compared && jaccardErrorRate([jaccardErrorsByTime(reference.turns, found, scored)]),
		},
		cpWer,
		speakerCountError: compared && compared.hypothesis.size - compared.reference.size,
		mapping: compared?.mapping ?? new Map(),
		turnsFrom: reference.turnsFrom,
		problems,
	};
}
