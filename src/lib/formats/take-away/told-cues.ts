import type { EditedCue } from '../../domain/edition.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { DocumentSpeaker, StudioDocument } from '../../domain/studio-document.ts';
import { plainText } from '../plain-text.ts';
import { spokenWords } from '../spoken-words.ts';
import { floorMilliseconds } from '../webvtt.ts';

/** A stretch in whole milliseconds, the finest that the formats share; the end is after the start. */
export interface MillisecondRange {
	readonly startMs: number;
	readonly endMs: number;
}

/** A word as it is written to a file. */
export interface ToldWord extends MillisecondRange {
	readonly text: string;
	/** Null where the recognised words no longer spell the text. */
	readonly confidence: number | null;
}

/** A cue as it is written to a file: on one line, and never empty. */
export interface ToldCue extends MillisecondRange {
	readonly text: string;
	readonly words: readonly ToldWord[];
	readonly speaker: DocumentSpeaker;
	readonly cue: EditedCue;
}

/** A range in whole milliseconds. */
export function millisecondsOf(range: TimeRange): MillisecondRange {
	const startMs = floorMilliseconds(Math.max(0, range.startSeconds));
	return { startMs, endMs: Math.max(startMs + 1, floorMilliseconds(range.endSeconds)) };
}

/** Seconds of a time in milliseconds with its three decimals. */
export function secondsText(ms: number): string {
	return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`;
}

/** Every format asks for the same ones; a speaker of a document never changes. */
const told = new WeakMap<DocumentSpeaker, readonly ToldCue[]>();

/** What one speaker says, in the order of `byTime`. */
export function toldCues(speaker: DocumentSpeaker): readonly ToldCue[] {
	const known = told.get(speaker) ?? tellCues(speaker);
	told.set(speaker, known);
	return known;
}

function tellCues(speaker: DocumentSpeaker): readonly ToldCue[] {
	return speaker.cues
		.flatMap((cue) => {
			const text = plainText(cue.text);
			if (text === '') return [];
			const words = spokenWords(cue).map((word) => ({
				...millisecondsOf(word),
				text: word.text,
				confidence: word.confidence,
			}));
			return [{ ...millisecondsOf(cue), text, words, speaker, cue }];
		})
		.sort(byTime);
}

/** In the order of the starts; of those that begin together the longer one first, as WebVTT orders cues. */
function byTime(a: MillisecondRange, b: MillisecondRange): number {
	return a.startMs - b.startMs || b.endMs - a.endMs;
}

/** What everybody says in that order, and of the same times by speaker. */
export function toldInOrder(document: StudioDocument): readonly ToldCue[] {
	return document.speakers.flatMap(toldCues).sort(byTime);
}
