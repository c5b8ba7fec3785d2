import type { ModelUse } from '../domain/result.ts';
import type { Problem } from '../support/errors.ts';
import type { StageId } from './stages/list.ts';

/** What was seen while something was computed. */
export interface WorkNotes {
	readonly problems: readonly Problem[];
	/** What decoders got round: told once for each file, whoever reads it. */
	readonly decoding: readonly Problem[];
	readonly models: readonly ModelUse[];
}

/**
 * What is kept with a stored result of the work that it took: whoever reads it later is told what he
 * would have been told had he computed it.
 */
export interface WorkRecord extends WorkNotes {
	/** Wall-clock seconds by stage. */
	readonly seconds: Readonly<Partial<Record<StageId, number>>>;
}

/** A result from the store. */
export interface Kept<T> {
	readonly value: T;
	readonly work: WorkRecord;
}

/** Of a result that was stored before work was recorded. */
export const unknownWork: WorkRecord = { problems: [], decoding: [], models: [], seconds: {} };

/** The notes of two pieces of work as those of one. */
export function joinNotes(a: WorkNotes, b: WorkNotes): WorkNotes {
	return {
		problems: [...a.problems, ...b.problems],
		decoding: [...a.decoding, ...b.decoding],
		models: [...a.models, ...b.models],
	};
}
