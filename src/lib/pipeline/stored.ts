import * as v from 'valibot';
import { stageIds, type StageId } from './stages/list.ts';
import { unknownWork, type Kept } from './work-notes.ts';

/** Reads what an earlier run stored; null when it is not of this form. */
export type Parse<T> = (value: unknown) => T | null;

/** A result that is stored by itself, as the store sees it. */
export interface Stored<T> {
	/** The first part of its key, and its name in the store. */
	readonly name: string;
	/** Lines of the screen that the work is counted to. */
	readonly stages: readonly StageId[];
	readonly parse: Parse<T>;
}

const problems = v.array(
	v.object({ file: v.string(), field: v.exactOptional(v.string()), message: v.string() }),
);

const kept = v.object({
	value: v.unknown(),
	work: v.object({
		problems,
		decoding: problems,
		models: v.array(
			v.object({
				id: v.string(),
				provider: v.picklist(['webgpu', 'wasm']),
				precision: v.string(),
				note: v.exactOptional(v.string()),
			}),
		),
		seconds: v.object(v.entriesFromList(stageIds, v.exactOptional(v.number()))),
	}),
});

/** Reads a result with what is recorded of its work; those of before that was recorded have none. */
export function parseKept<T>(stored: unknown, parse: Parse<T>): Kept<T> | null {
	const parsed = v.safeParse(kept, stored);
	const value = parse(parsed.success ? parsed.output.value : stored);
	if (value === null) return null;
	return { value, work: parsed.success ? parsed.output.work : unknownWork };
}

/** Reads a result as the schema says. */
export function parser<T>(schema: v.GenericSchema<unknown, T>): Parse<T> {
	return (value) => {
		const parsed = v.safeParse(schema, value);
		return parsed.success ? parsed.output : null;
	};
}
