import type { Labels } from '../domain/session.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { clampRange, durationOf } from '../domain/time-range.ts';
import { joinedRanges, totalSeconds } from './speaker-turns.ts';

/** How well it was found when one speaker talks, in seconds of the evaluated time. */
export interface SpeechErrors {
	/** Speech of the reference. */
	readonly referenceSeconds: number;
	/** Speech that was not found. */
	readonly missedSeconds: number;
	/** What was taken for speech and is none. */
	readonly falseSeconds: number;
}

/**
 * Compares where a speaker talks with where a reference has it, without a collar. The two lists need not
 * be in order and may overlap within themselves: nobody talks twice at once.
 */
export function speechErrors(
	reference: readonly TimeRange[],
	found: readonly TimeRange[],
	uem: TimeRange | null,
): SpeechErrors {
	const truth = joinedRanges(reference, uem);
	const own = joinedRanges(found, uem);
	let shared = 0;
	let first = 0;
	for (const range of truth) {
		while (first < own.length && (own[first]?.endSeconds ?? 0) <= range.startSeconds) first++;
		for (let at = first; at < own.length; at++) {
			const part = clampRange(own[at]!, range);
			if (!part) break;
			shared += durationOf(part);
		}
	}
	const referenceSeconds = totalSeconds(truth);
	return {
		referenceSeconds,
		missedSeconds: referenceSeconds - shared,
		falseSeconds: totalSeconds(own) - shared,
	};
}

/** The same of a document, by speaker id, for those whose labels say when they talk and not what. */
export function speechErrorsOf(
	{ speakers }: StudioDocument,
	{ turns }: Labels,
): ReadonlyMap<string, SpeechErrors> {
	return new Map(
		speakers.flatMap(({ id, uem, cues }) => {
			const own = turns?.get(id);
			if (!own) return [];
			const spoken = cues.filter(({ text }) => text.trim() !== '');
			return [[id, speechErrors(own, spoken, uem)] as const];
		}),
	);
}
