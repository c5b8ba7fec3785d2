import type { FormatId } from '../../formats/take-away/formats.ts';

/** What a format is called and good for. */
export interface FormatWords {
	readonly title: string;
	readonly ending: string;
	readonly purpose: string;
}

/** Of people who were found, not given, the same are called and good for something else. */
const foundWords: Partial<Record<FormatId, Pick<FormatWords, 'title' | 'purpose'>>> = {
	mcorec: {
		title: 'Output folder',
		purpose:
			'As the program without a window writes it: RTTM, captions, people, conversations, report. Always whole and by ids.',
	},
};

/** A format with its words. */
export interface OfferedFormat {
	readonly id: FormatId;
	readonly words: FormatWords;
}

/** Formats by what one does with them. */
const formatGroups: readonly {
	readonly title: string;
	readonly ids: readonly FormatId[];
}[] = [
	{ title: 'Read', ids: ['merged-vtt', 'speaker-vtt', 'srt', 'cues-csv'] },
	{ title: 'Annotate', ids: ['eaf', 'textgrid'] },
	{
		title: 'Score',
		ids: ['mcorec', 'stm', 'ctm', 'turns-rttm', 'exclusive-rttm', 'segments-rttm', 'uem'],
	},
	{ title: 'Keep', ids: ['json', 'people-json', 'words-csv', 'layers-csv'] },
];

/** In the words of people who use them. */
const formatWords: Readonly<Record<FormatId, FormatWords>> = {
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
	'exclusive-rttm': {
		title: 'RTTM, one person at a time',
		ending: '.rttm',
		purpose: 'The same for tools without overlap: who began to speak last has the time.',
	},
	'segments-rttm': {
		title: 'RTTM as found',
		ending: '.rttm',
		purpose: 'Where the run heard each speaker talk, whatever was changed since.',
	},
	uem: {
		title: 'UEM',
		ending: '.uem',
		purpose: 'The time in which RTTM is scored: all of the recording.',
	},
	'people-json': {
		title: 'People',
		ending: '.json',
		purpose: 'Who was found, how surely, and how long each talks. Always whole and by ids.',
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
	'layers-csv': {
		title: 'Layers as tables',
		ending: '.zip',
		purpose: 'What was measured beside the words, such as the sound level: a table for each layer.',
	},
};

/** The formats in which a result can be had, in their groups. @param found whether its people were found */
export function formatsFor(
	found: boolean,
): readonly { readonly title: string; readonly formats: readonly OfferedFormat[] }[] {
	return formatGroups.map(({ title, ids }) => ({
		title,
		formats: ids
			.filter((id) => found || id !== 'people-json')
			.map((id) => ({ id, words: { ...formatWords[id], ...(found && foundWords[id]) } })),
	}));
}
