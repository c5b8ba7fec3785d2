import type { StudioDocument } from '../../domain/studio-document.ts';
import { csvText } from '../csv-text.ts';
import { secondsText, toldInOrder } from './told-cues.ts';

const sharedColumns = [
	'start_seconds',
	'end_seconds',
	'speaker_id',
	'speaker',
	'conversation',
	'conversation_name',
];

const fraction = (value: number | null): string =>
	value === null || !Number.isFinite(value) ? '' : value.toFixed(4);

function conversationFields(document: StudioDocument): (number: number | null) => string[] {
	const names = new Map(document.conversations.map(({ number, name }) => [number, name]));
	return (number) => (number === null ? ['', ''] : [String(number), names.get(number) ?? '']);
}

/** One line a cue. Times in seconds; overlapping cues stay so, in the order of their starts. */
export function cuesCsv(document: StudioDocument): string {
	const conversationOf = conversationFields(document);
	const columns = [...sharedColumns, 'text', 'confidence', 'edited'];
	const lines = toldInOrder(document).map(({ startMs, endMs, speaker, text, cue }) => [
		secondsText(startMs),
		secondsText(endMs),
		speaker.id,
		speaker.name,
		...conversationOf(speaker.conversation),
		text,
		fraction(cue.confidence),
		String(cue.edited),
	]);
	return csvText([columns, ...lines]);
}

/**
 * One line a word, under its cue's number in `cuesCsv` from 1. Where its time is shared out by
 * length, it has no confidence.
 */
export function wordsCsv(document: StudioDocument): string {
	const conversationOf = conversationFields(document);
	const columns = [...sharedColumns, 'cue', 'word', 'confidence'];
	const lines = toldInOrder(document).flatMap(({ speaker, words }, index) =>
		words.map((word) => [
			secondsText(word.startMs),
			secondsText(word.endMs),
			speaker.id,
			speaker.name,
			...conversationOf(speaker.conversation),
			String(index + 1),
			word.text,
			fraction(word.confidence),
		]),
	);
	return csvText([columns, ...lines]);
}
