import type { DerProtocol, DiarisationScores } from '../domain/diarisation.ts';
import { seenSecondsOf, type FacePath } from '../domain/face-path.ts';
import type { FoundPeople } from '../domain/people.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import { joinedRanges, totalSeconds } from '../evaluation/speaker-turns.ts';
import { rounded } from './rounded.ts';
import { mergedVtt } from './take-away/captions.ts';
import { fileStem } from './take-away/names.ts';
import { narrowed } from './take-away/narrow.ts';
import { rttm } from './take-away/turn-files.ts';
import type { PeopleFile } from './people-schema.ts';
import type { SessionReport } from './report-schema.ts';
import type { TextFile } from './text-file.ts';

/** What `people.json` holds. */
function peopleOf({ people, count, shots }: FoundPeople, { speakers }: StudioDocument): PeopleFile {
	return {
		people: speakers.map(({ id, segments }) => {
			const person = people.find((one) => one.id === id);
			return {
				id,
				kind: person?.kind ?? 'voice',
				spokenSeconds: rounded(totalSeconds(joinedRanges(segments, null)), 3),
				seenSeconds: rounded(seenSeconds(person?.faces ?? []), 3),
				confidence: person ? rounded(person.confidence, 4) : null,
			};
		}),
		count: [count.least, count.most],
		...(shots && {
			shots: shots.map(({ startSeconds, endSeconds }) => [
				rounded(startSeconds, 3),
				rounded(endSeconds, 3),
			]),
		}),
	};
}

function seenSeconds(paths: readonly FacePath[]): number {
	return paths.reduce((sum, path) => sum + seenSecondsOf(path), 0);
}

/** `people.json` as text. */
export function peopleJson(people: FoundPeople, document: StudioDocument): string {
	return `${JSON.stringify(peopleOf(people, document), null, 2)}\n`;
}

/**
 * The files that a recording has in its output folder and an MCoRec session has not: who was found, who
 * speaks when, and what everybody says. People go by their ids in all of them.
 */
export function foundFiles(people: FoundPeople, document: StudioDocument): readonly TextFile[] {
	const { sessionName, speakers } = document;
	const byId = narrowed(document, { speakerId: null, range: null, naming: 'ids' });
	const turns = new Map(speakers.map(({ id, segments }) => [id, joinedRanges(segments, null)]));
	const stem = fileStem(sessionName);
	// A recording may be called as somebody in it is.
	const isPerson = speakers.some(({ id }) => id === stem.toLowerCase());
	return [
		{ name: 'people.json', text: peopleJson(people, document) },
		{ name: `${stem}.rttm`, text: rttm(sessionName, turns) },
		{ name: `${stem}${isPerson ? '-everybody' : ''}.vtt`, text: mergedVtt(byId) },
	];
}

/** Scores of found people as `report.json` has them. */
export function reportedDiarisation({
	der,
	jer,
	cpWer,
	speakerCountError,
	mapping,
}: DiarisationScores): Pick<
	SessionReport,
	'der' | 'jer' | 'cpwer' | 'speakerCountError' | 'mapping'
> {
	const fraction = (value: number | null | undefined): number | null =>
		value === null || value === undefined ? null : rounded(value, 4);
	const rate = (protocol: DerProtocol): number | null => fraction(der?.[protocol].rate);
	return {
		der: { full: rate('full'), fair: rate('fair'), forgiving: rate('forgiving') },
		jer: { jaccard: fraction(jer.jaccard), time: fraction(jer.time) },
		cpwer: fraction(cpWer?.rate),
		speakerCountError,
		mapping: Object.fromEntries(mapping),
	};
}
