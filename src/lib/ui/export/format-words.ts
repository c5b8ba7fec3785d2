import type { FormatId } from '../../formats/take-away/formats.ts';

/** What a format is called and good for. */
export interface FormatWords {
	readonly title: string;
	readonly ending: string;
	readonly purpose: string;
	/** Whether it is always whole and by ids, whatever is chosen. */
	readonly whole?: boolean;
}

/** Formats by what one does with them. */
export const formatGroups: readonly {
	readonly title: string;
	readonly ids: readonly FormatId[];
}[] = [
	{ title: 'Read', ids: ['merged-vtt', 'speaker-vtt', 'srt', 'cues-csv'] },
	{ title: 'Annotate', ids: ['eaf', 'textgrid'] },
	{ title: 'Score', ids: ['mcorec', 'stm', 'ctm', 'turns-rttm', 'segments-rttm'] },
	{ title: 'Keep', ids: ['json', 'words-csv'] },
];

/** In the words of people who use them. */
export const formatWords: Readonly<Record<FormatId, FormatWords>> = {
	'merged-vtt': {
		title: 'Captions, everybody',
		ending: '.vtt',
		purpose: 'WebVTT with a voice for each speaker, for players on the web.',
	},
	'speaker-vtt': {
		title: 'Captions, one file a speaker',
		ending: '.vtt',
		purpose: 'WebVTT without names, in the recording’s time.',
	},
	srt: {
		title: 'Subtitles',
		ending: '.srt',
		purpose: 'For video editors and players; names stand before the words.',
	},
	'cues-csv': {
		title: 'Utterances as a table',
		ending: '.csv',
		purpose: 'For spreadsheets: times, speaker, conversation, words.',
	},
	eaf: {
		title: 'ELAN',
		ending: '.eaf',
		purpose: 'A tier of utterances and one of words for each speaker. Overlaps get a tier more.',
	},
	textgrid: {
		title: 'Praat TextGrid',
		ending: '.TextGrid',
		purpose: 'The same tiers for phonetics. Overlaps get a tier more.',
	},
	mcorec: {
		title: 'MCoRec output',
		ending: '.zip',
		purpose: 'For the challenge’s scorer: cut at the evaluated part. Always whole and by ids.',
		whole: true,
	},
	stm: {
		title: 'STM',
		ending: '.stm',
		purpose: 'Utterances for sclite and meeteval.',
	},
	ctm: {
		title: 'CTM',
		ending: '.ctm',
		purpose: 'Words with times and confidences; a channel for each speaker.',
	},
	'turns-rttm': {
		title: 'RTTM of the transcript',
		ending: '.rttm',
		purpose: 'Who speaks when, after all changes. Overlaps of one speaker are one turn.',
	},
	'segments-rttm': {
		title: 'RTTM as found',
		ending: '.rttm',
		purpose: 'Where the run heard each speaker talk, whatever was changed since.',
	},
	json: {
		title: 'JSON',
		ending: '.json',
		purpose: 'All of it for programs, to a published schema.',
	},
	'words-csv': {
		title: 'Words as a table',
		ending: '.csv',
		purpose: 'A line a word, with its time and confidence.',
	},
};
