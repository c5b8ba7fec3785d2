import type { Labels } from '../domain/session.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { compareTurns } from '../evaluation/der.ts';
import { timesOf } from '../evaluation/diarisation-scores.ts';
import type { FoundFile } from '../formats/reference/found-labels.ts';

/** Whom the names in files of labels mean: the session's speaker, null to leave it out. */
export type SpeakerAnswers = ReadonlyMap<string, string | null>;

/** Lines of the files that go by a name: cues and turns. */
export function linesOf(name: string, { speakers, speech }: FoundFile): number {
	const own = speakers.filter((one) => one.name === name).map(({ cues }) => cues.length);
	const turns = speech.filter((one) => one.name === name).map((one) => one.turns.length);
	return [...own, ...turns].reduce((sum, count) => sum + count, 0);
}

/** Names of one kind of labels that mean the same speaker. */
export function clashesIn(found: FoundFile, answers: SpeakerAnswers): readonly string[] {
	const kinds = [
		found.speakers.map(({ name }) => name),
		found.speech.map(({ name }) => name),
		[...(found.conversations?.keys() ?? [])],
	];
	return kinds.flatMap((names) => {
		const different = [...new Set(names)];
		return different.filter((name) => {
			const id = answers.get(name);
			return id != null && different.some((one) => one !== name && answers.get(one) === id);
		});
	});
}

/** When those who are named in files talk, by their lines and turns. */
function timesIn({ speakers, speech }: FoundFile): ReadonlyMap<string, readonly TimeRange[]> {
	const times = new Map<string, readonly TimeRange[]>();
	const add = (name: string, ranges: readonly TimeRange[]): void => {
		times.set(name, [...(times.get(name) ?? []), ...ranges]);
	};
	for (const { name, cues } of speakers) add(name, cues);
	for (const { name, turns } of speech) add(name, turns);
	return times;
}

/**
 * What the names in files are in the reference of found people, where their times say whom they mean and nobody needs
 * to be asked: the file's own, but where a reference stands that calls nobody so, its name for who talks at those times.
 */
export function namesByTime(
	found: FoundFile,
	before: Labels | null,
	{ durationSeconds }: Pick<StudioDocument, 'durationSeconds'>,
): ReadonlyMap<string, string> {
	const times = timesIn(found);
	const standing = before ? timesOf(before) : new Map<string, readonly TimeRange[]>();
	const grouped = [...(found.conversations?.keys() ?? [])].filter((name) => standing.has(name));
	const names = [...times.keys(), ...grouped];
	if (names.some((name) => standing.has(name))) return new Map(names.map((name) => [name, name]));
	const whole = { startSeconds: 0, endSeconds: durationSeconds };
	const { mapping } = compareTurns(standing, times, whole);
	return new Map(names.map((name) => [name, mapping.get(name) ?? name]));
}

/** The names that a reference has for found people, by their ids. */
export function namesOfFound(
	{ speakers, durationSeconds }: StudioDocument,
	reference: Labels,
): ReadonlyMap<string, string> {
	const turns = new Map(speakers.map(({ id, segments }) => [id, segments]));
	const whole = { startSeconds: 0, endSeconds: durationSeconds };
	return compareTurns(timesOf(reference), turns, whole).mapping;
}

/** No name that answers by its times. */
export const noNames: ReadonlyMap<string, string> = new Map();

/** Answers in the reference's own names: those who were asked for go by what it calls them. */
export function inReference(
	answers: SpeakerAnswers,
	timed: ReadonlyMap<string, string>,
	nameOf: ReadonlyMap<string, string>,
): SpeakerAnswers {
	return new Map(
		[...answers].map(([name, id]) => {
			const asked = id !== null && !timed.has(name);
			return [name, asked ? (nameOf.get(id) ?? id) : id] as const;
		}),
	);
}
