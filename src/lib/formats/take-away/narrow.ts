import type { EditedCue } from '../../domain/edition.ts';
import type { StudioDocument } from '../../domain/studio-document.ts';
import { layerInside } from '../../domain/layer.ts';
import { clampRange } from '../../domain/time-range.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { middleOf } from '../../editing/cues.ts';
import { plainText } from '../plain-text.ts';
import { spokenWords } from '../spoken-words.ts';
import { namesBySpeaker } from './names.ts';

/** How much of a document is written, and what its speakers are called. */
export interface Extent {
	/** The speaker who is written alone; null for all. */
	readonly speakerId: string | null;
	/** The stretch that is written; null for all. */
	readonly range: TimeRange | null;
	readonly naming: 'names' | 'ids';
}

/** A cue's part in a stretch: the words whose middle lies in it. */
function cueInside(cue: EditedCue, range: TimeRange): readonly EditedCue[] {
	if (cue.startSeconds >= range.startSeconds && cue.endSeconds <= range.endSeconds) return [cue];
	const part = clampRange(cue, range);
	if (!part) return [];
	const within = spokenWords(cue).filter((word) => {
		const middle = middleOf(word);
		return middle >= range.startSeconds && middle < range.endSeconds;
	});
	if (within.length === 0) return [];
	const recognised = within.filter((word) => word.confidence !== null);
	return [
		{
			...part,
			text: within.map(({ text }) => text).join(' '),
			words: recognised.flatMap((word) => {
				const inside = clampRange(word, range);
				return inside ? [{ ...inside, confidence: word.confidence ?? 0 }] : [];
			}),
		},
	];
}

/**
 * The part of a document that is to be written. Times stay those of the recording; a cue that reaches
 * out of the stretch is cut to it, with the words whose middle lies inside. No two speakers have one
 * name: where people gave the same, the ids follow in brackets.
 */
export function narrowed(document: StudioDocument, extent: Extent): StudioDocument {
	const { speakerId, range, naming } = extent;
	const named = document.speakers.map((speaker) => ({
		...speaker,
		name: naming === 'ids' ? speaker.id : plainText(speaker.name) || speaker.id,
	}));
	const names = namesBySpeaker(named, plainText);
	const speakers = named
		.filter(({ id }) => speakerId === null || id === speakerId)
		.map((speaker) => ({
			...speaker,
			name: names.get(speaker.id) ?? speaker.id,
			segments: range
				? speaker.segments.flatMap((segment) => clampRange(segment, range) ?? [])
				: speaker.segments,
			cues: range ? speaker.cues.flatMap((cue) => cueInside(cue, range)) : speaker.cues,
		}));
	const kept = new Set(speakers.map(({ id }) => id));
	return {
		...document,
		speakers,
		conversations: document.conversations.flatMap((conversation) => {
			const speakerIds = conversation.speakerIds.filter((id) => kept.has(id));
			return speakerIds.length > 0 ? [{ ...conversation, speakerIds }] : [];
		}),
		evidence: document.evidence.filter(({ a, b }) => kept.has(a) && kept.has(b)),
		layers: document.layers
			.filter(({ personId }) => personId === null || kept.has(personId))
			.map((layer) => (range ? layerInside(layer, range) : layer)),
	};
}
