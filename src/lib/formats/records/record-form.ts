import * as v from 'valibot';

/** A schema, whatever it is made of. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** What an object with these entries is once it is parsed. */
type OutputOf<E extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<E, undefined>>;

/**
 * How the parts that differ are laid down. What a result, an edition and a reference consist of is said
 * once; the database keeps them as they are in memory, a project file as JSON and binary.
 */
export interface RecordForm {
	/** Whether fields that are not known are refused or left out. */
	readonly object: <const E extends v.ObjectEntries>(entries: E) => Schema<OutputOf<E>>;
	/** Whether what this version does not know is refused; else it is left out. */
	readonly strict: boolean;
	/** A number, also one that is not finite. */
	readonly real: Schema<number>;
	readonly floats: Schema<Float32Array>;
	readonly map: <K extends string | number, T>(
		key: Schema<K>,
		value: Schema<T>,
	) => Schema<ReadonlyMap<K, T>>;
}

/** As structured cloning keeps them. Fields of older versions that are no longer used are left out. */
export const clonedForm: RecordForm = {
	object: (entries) => v.object(entries),
	strict: false,
	real: v.union([v.number(), v.nan()]),
	floats: v.instance(Float32Array),
	map: (key, value) => v.map(key, value),
};

const notFinite = ['NaN', 'Infinity', '-Infinity', '-0'] as const;

/**
 * As JSON keeps them: maps as lists of pairs in their order, numbers that JSON does not know by their
 * names, and floats wherever `floats` finds them. Fields that are not known are refused.
 */
export function jsonForm(floats: Schema<Float32Array>): RecordForm {
	return {
		object: (entries) => v.strictObject(entries),
		strict: true,
		real: v.union(
			[v.number(), v.pipe(v.picklist(notFinite), v.transform(Number))],
			'expected a number',
		),
		floats,
		map: (key, value) =>
			v.pipe(
				v.array(v.tuple([key, value])),
				v.check(
					(pairs) => new Set(pairs.map(([first]) => first)).size === pairs.length,
					'expected every key once',
				),
				v.transform((pairs) => new Map(pairs)),
			),
	};
}

/** What `jsonForm` reads, but for floats: those are replaced by what `putFloats` says of them. */
export function toJson(value: unknown, putFloats: (floats: Float32Array) => unknown): string {
	return JSON.stringify(value, (_key, part: unknown) => {
		if (typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0))) {
			return Object.is(part, -0) ? '-0' : String(part);
		}
		if (part instanceof Map) return [...part];
		return part instanceof Float32Array ? putFloats(part) : part;
	});
}
