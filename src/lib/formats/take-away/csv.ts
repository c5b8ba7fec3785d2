import type { StudioDocument } from '../../domain/studio-document.ts';
import { secondsText, toldInOrder } from './told-cues.ts';

/** One record of CSV (RFC 4180): quoted where it must be, quotes doubled, lines ended with CR LF. */
function record(fields: readonly string[]): string {
	const quoted = fields.map((field) =>
		/[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
	);
	return `${quoted.join(',')}\r\n`;
}

const fraction = (value: number | null): string =>
	value === null || !Number.isFinite(value) ? '' : value.toFixed(4);

function conversationFields(document: StudioDocument): (number: number | null) => string[] {
	const names = new Map(document.conversations.map(({ number, name }) => [number, name]));
	return (number) => (number === null ? ['', ''] : [String(number), names.get(number) ?? '']);
}

/** One line a cue. Times in seconds; overlapping cues stay so, in the order of their starts. */
export function cuesCsv(document: StudioDocument): string {
	const conversationOf = conversationFields(document);
	const columns =
		'start_seconds,end_seconds,speaker_id,speaker,conversation,conversation_name,text,confidence,edited';
	const lines = toldInOrder(document).map(({ startMs, endMs, speaker, text, cue }) =>
		record([
			secondsText(startMs),
			secondsText(endMs),
			speaker.id,
			speaker.name,
			...conversationOf(speaker.conversation),
			text,
			fraction(cue.confidence),
			String(cue.edited),
		]),
	);
	return `${columns}\r\n${lines.join('')}`;
}

/** One line a word, under its cue's number in `cuesCsv` from 1. A word that a person wrote has no confidence. */
export function wordsCsv(document: StudioDocument): string {
	const conversationOf = conversationFields(document);
	const columns =
		'start_seconds,end_seconds,speaker_id,speaker,conversation,conversation_name,cue,word,confidence';
	const lines = toldInOrder(document).flatMap(({ speaker, words }, index) =>
		words.map((word) =>
			record([
				secondsText(word.startMs),
				secondsText(word.endMs),
				speaker.id,
				speaker.name,
				...conversationOf(speaker.conversation),
				String(index + 1),
				word.text,
				fraction(word.confidence),
			]),
		),
	);
	return `${columns}\r\n${lines.join('')}`;
}
