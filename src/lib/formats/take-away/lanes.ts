import type { DocumentSpeaker, StudioDocument } from '../../domain/studio-document.ts';
import { layerTiers } from '../layer-tiers.ts';
import { plainText } from '../plain-text.ts';
import { millisecondsOf, toldCues } from './told-cues.ts';
import type { MillisecondRange, ToldCue } from './told-cues.ts';

/**
 * Stretches in lanes within which none overlap, each in the first lane that is free: for formats whose
 * tiers take no overlap. What does not overlap is all in one lane, and no time is changed.
 *
 * @param ranges in the order of their starts.
 */
function lanesOf<T extends MillisecondRange>(ranges: readonly T[]): readonly (readonly T[])[] {
	const lanes: T[][] = [];
	for (const range of ranges) {
		const free = lanes.find((lane) => (lane.at(-1)?.endMs ?? 0) <= range.startMs);
		if (free) free.push(range);
		else lanes.push([range]);
	}
	return lanes;
}

/** A word that has a place of its own in its cue. */
export interface FittedWord extends MillisecondRange {
	readonly text: string;
}

/**
 * Words inside their cue, one after the other: what reaches out of the cue or into the word before is
 * cut, and where no millisecond is left, the word stands with the one before.
 */
export function fittedWords(
	words: readonly FittedWord[],
	bounds: MillisecondRange,
): readonly FittedWord[] {
	const fitted: { startMs: number; endMs: number; text: string }[] = [];
	for (const { startMs, endMs, text } of words) {
		const last = fitted.at(-1);
		const earliest = last?.endMs ?? bounds.startMs;
		if (last && earliest >= bounds.endMs) {
			last.text += ` ${text}`;
			continue;
		}
		const start = Math.min(Math.max(startMs, earliest), bounds.endMs - 1);
		const end = Math.min(Math.max(endMs, start + 1), bounds.endMs);
		fitted.push({ startMs: start, endMs: end, text });
	}
	return fitted;
}

/** A tier of utterances with its words. */
export interface SpeakerTier {
	readonly speaker: DocumentSpeaker;
	/** Unique among all names of tiers. */
	readonly name: string;
	readonly wordsName: string;
	/** In their order, without overlap. */
	readonly cues: readonly ToldCue[];
	/** Inside their cues, without overlap. */
	readonly words: readonly FittedWord[];
}

/** A tier of what was measured. */
export interface MeasuredTier {
	/** Unique among all names of tiers. */
	readonly name: string;
	/** Name of whom it is of; null where it is of the whole recording. */
	readonly participant: string | null;
	/** In their order, without overlap. */
	readonly spans: readonly FittedWord[];
}

/** All tiers of a document. */
export interface DocumentTiers {
	readonly speakers: readonly SpeakerTier[];
	readonly measured: readonly MeasuredTier[];
}

/**
 * The tiers of all speakers and of what was measured, for formats whose tiers take no overlap. A speaker has
 * one, also one who says nothing; where cues of one speaker overlap, those that find no room are in a further
 * one, `Name (2)`.
 */
export function tiersOf(document: StudioDocument): DocumentTiers {
	const taken = new Set(document.speakers.map(({ name }) => name));
	const unique = (wanted: string): string => {
		let name = wanted;
		for (let number = 2; taken.has(name); number++) name = `${wanted} [${number}]`;
		taken.add(name);
		return name;
	};
	const speakers = document.speakers.flatMap((speaker) => {
		const lanes = lanesOf(toldCues(speaker));
		return (lanes.length > 0 ? lanes : [[]]).map((cues, index): SpeakerTier => {
			const name = index === 0 ? speaker.name : unique(`${speaker.name} (${index + 1})`);
			const words = cues.flatMap((cue) => fittedWords(cue.words, cue));
			return { speaker, name, wordsName: unique(`${name} - words`), cues, words };
		});
	});
	const measured = layerTiers(document).flatMap(({ name, participant, layer }) => {
		const spans = layer.spans.map((span) => ({
			...millisecondsOf(span),
			text: plainText(span.text),
		}));
		return lanesOf(spans).map((own, index) => ({
			...{ name: unique(index === 0 ? name : `${name} (${index + 1})`), participant, spans: own },
		}));
	});
	return { speakers, measured };
}
