import type { SessionResult } from '../../domain/result.ts';
import type { StudioDocument } from '../../domain/studio-document.ts';
import { peopleJson } from '../found-output.ts';
import { buildOutput, type ReportedScores } from '../output.ts';
import type { TextFile } from '../text-file.ts';
import { mergedVtt, speakerVtt, srt } from './captions.ts';
import { cuesCsv, wordsCsv } from './csv.ts';
import { eaf } from './eaf.ts';
import { layersCsv } from './layers-csv.ts';
import { fileStem, namesBySpeaker } from './names.ts';
import { ctm, documentUem, exclusiveRttm, segmentsRttm, stm, turnsRttm } from './nist.ts';
import { sessionJson } from './session-json.ts';
import { textGrid } from './textgrid.ts';

/** Formats in the order in which they are offered. */
export const formatIds = [
	'merged-vtt',
	'speaker-vtt',
	'srt',
	'cues-csv',
	'eaf',
	'textgrid',
	'words-csv',
	'layers-csv',
	'mcorec',
	'stm',
	'ctm',
	'turns-rttm',
	'exclusive-rttm',
	'segments-rttm',
	'uem',
	'people-json',
	'json',
] as const;

export type FormatId = (typeof formatIds)[number];

/** Those that a result can be had in. */
export function formatsOf({ people }: SessionResult): readonly FormatId[] {
	return formatIds.filter((id) => id !== 'people-json' || people !== null);
}

/** All that the files are made of. */
export interface TakeAwaySource {
	readonly result: SessionResult;
	/** The result with a person's changes. */
	readonly document: StudioDocument;
	/** What is chosen of it (`narrowed`). */
	readonly chosen: StudioDocument;
	/** Of the document as it stands; where undefined, those of the run, if nothing was changed. */
	readonly scores: ReportedScores | undefined;
	/** Path of the central video in its folder; null where it is not known. */
	readonly mediaPath: string | null;
	/** In milliseconds since 1970. */
	readonly madeAt: number;
}

/** A format's files. */
export interface TakeAway {
	readonly id: FormatId;
	/** Media type of each file. */
	readonly type: string;
	/** One, or several that go into one archive. */
	readonly files: readonly TextFile[];
	/** Name of the archive for several files; null for one file. */
	readonly archive: string | null;
}

/**
 * One of a session's formats made: what is chosen of it, but `mcorec` and `people-json`, which are always whole.
 *
 * @throws TypeError for a format that is not one of `formatsOf` it.
 */
export function takeAway(id: FormatId, source: TakeAwaySource): TakeAway {
	const document = source.chosen;
	const stem = fileStem(source.document.sessionName);
	const one = (type: string, ending: string, text: string): TakeAway => ({
		id,
		type,
		files: [{ name: `${stem}${ending}`, text }],
		archive: null,
	});
	switch (id) {
		case 'merged-vtt':
			return one('text/vtt', '.vtt', mergedVtt(document));
		case 'speaker-vtt': {
			const names = namesBySpeaker(document.speakers, fileStem);
			const files = document.speakers.map((speaker) => ({
				name: `${names.get(speaker.id) ?? speaker.id}.vtt`,
				text: speakerVtt(speaker),
			}));
			const archive = files.length === 1 ? null : `${stem}-speakers.zip`;
			return { id, type: 'text/vtt', files, archive };
		}
		case 'srt':
			return one('application/x-subrip', '.srt', srt(document));
		case 'cues-csv':
			return one('text/csv', '-cues.csv', cuesCsv(document));
		case 'words-csv':
			return one('text/csv', '-words.csv', wordsCsv(document));
		case 'layers-csv': {
			const files = layersCsv(document, stem);
			return { id, type: 'text/csv', files, archive: `${stem}-layers.zip` };
		}
		case 'eaf': {
			const facts = { date: new Date(source.madeAt), mediaPath: source.mediaPath };
			return one('application/xml', '.eaf', eaf(document, facts));
		}
		case 'textgrid':
			return one('text/plain', '.TextGrid', textGrid(document));
		case 'mcorec': {
			const files = buildOutput(source.result, source.document, source.scores);
			return { id, type: 'text/plain', files, archive: `${stem}-output.zip` };
		}
		case 'stm':
			return one('text/plain', '.stm', stm(document));
		case 'ctm':
			return one('text/plain', '.ctm', ctm(document));
		case 'turns-rttm':
			return one('text/plain', '.rttm', turnsRttm(document));
		case 'exclusive-rttm':
			return one('text/plain', '-exclusive.rttm', exclusiveRttm(document));
		case 'segments-rttm':
			return one('text/plain', '-found.rttm', segmentsRttm(document));
		case 'uem':
			return one('text/plain', '.uem', documentUem(document));
		case 'people-json': {
			const { people } = source.result;
			if (!people) throw new TypeError('Its people were given, not found');
			return one('application/json', '-people.json', peopleJson(people, source.document));
		}
		case 'json':
			return one('application/json', '.json', sessionJson(document));
	}
}
