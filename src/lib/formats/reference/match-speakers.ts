import type { Labels } from '../../domain/session.ts';
import type { DocumentSpeaker } from '../../domain/studio-document.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { Cue } from '../../domain/transcript.ts';
import { exportedCues } from '../exported-cues.ts';
import { plainText } from '../plain-text.ts';
import { fieldName, fileStem } from '../take-away/names.ts';
import type { FoundFile } from './found-labels.ts';

type Named = Pick<DocumentSpeaker, 'id' | 'name'>;

/** All names that the files give their speakers, in the order in which they come. */
export function namesIn({ speakers, speech, conversations }: FoundFile): readonly string[] {
	return [
		...new Set([
			...speakers.map(({ name }) => name),
			...speech.map(({ name }) => name),
			...(conversations?.keys() ?? []),
		]),
	];
}

/**
 * Which of the session's speakers a file means: by id, else by given name, either as it is or as our own
 * files spell it. Null where none or more than one answers to it.
 */
export function speakerOfName(name: string, speakers: readonly Named[]): string | null {
	if (speakers.some(({ id }) => id === name)) return name;
	const spellings = [(text: string) => text, plainText, fieldName, fileStem];
	for (const spell of spellings) {
		const alike = speakers.filter((speaker) =>
			[speaker.name, speaker.id, `${speaker.name} (${speaker.id})`].some(
				(known) => spell(known) === name,
			),
		);
		const [only] = alike;
		if (only && alike.length === 1) return only.id;
		if (alike.length > 1) return null;
	}
	return null;
}

/**
 * Words of a file that has a time for each are cut at the bounds of the UEM as our own are, for its cues
 * are of our making; other cues stay as the file has them.
 */
function referenceCues(
	cues: FoundFile['speakers'][number]['cues'],
	uem: TimeRange | null,
): readonly Cue[] {
	return cues.flatMap((cue) => {
		if ('words' in cue) return exportedCues([cue], uem);
		const { startSeconds, endSeconds, text } = cue;
		return [{ startSeconds, endSeconds, text }];
	});
}

/**
 * What the files say as the session's reference. The parts that they say nothing of stay as they were.
 *
 * @param speakerOf the session's speaker, by the files' names; null for one that is left out.
 */
export function labelsOf(
	found: FoundFile,
	speakerOf: ReadonlyMap<string, string | null>,
	speakers: readonly DocumentSpeaker[],
	before: Labels | null,
): Labels {
	const uems = new Map(speakers.map(({ id, uem }) => [id, uem]));
	const transcripts = new Map<string, readonly Cue[]>();
	for (const { name, cues: own } of found.speakers) {
		const id = speakerOf.get(name);
		if (id == null) continue;
		const cues = referenceCues(own, uems.get(id) ?? null);
		transcripts.set(id, [...(transcripts.get(id) ?? []), ...cues]);
	}
	const conversations = [...(found.conversations ?? [])].flatMap(([name, conversation]) => {
		const id = speakerOf.get(name);
		return id == null ? [] : [[id, conversation] as const];
	});
	const turns = new Map<string, readonly TimeRange[]>();
	for (const { name, turns: own } of found.speech) {
		const id = speakerOf.get(name);
		if (id != null) turns.set(id, [...(turns.get(id) ?? []), ...own]);
	}
	const timed = found.speech.length > 0 ? turns : before?.turns;
	return {
		...(timed && { turns: timed }),
		conversations: found.conversations ? new Map(conversations) : (before?.conversations ?? null),
		transcripts: found.speakers.length > 0 ? transcripts : (before?.transcripts ?? new Map()),
	};
}
