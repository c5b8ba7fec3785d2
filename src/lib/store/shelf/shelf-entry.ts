import * as v from 'valibot';

const plainName = v.pipe(v.string(), v.regex(/^\w[\w.-]{0,100}$/));
const relativePath = v.pipe(v.string(), v.regex(/^(\w[\w.-]*\/)*\w[\w.-]*$/), v.maxLength(200));

const fileSchema = v.object({
	/** Path in the model's folder: letters, digits, dots, dashes, and slashes between them. */
	name: relativePath,
	bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	/** 64 hex digits. */
	sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const entrySchema = v.object({
	version: v.literal(1),
	id: plainName,
	files: v.array(fileSchema),
	/** What else is to be known of the model, for whoever put it there to parse. */
	about: v.unknown(),
	/** Its files are still being made: `files` does not name all of them. */
	unfinished: v.optional(v.boolean()),
});

/** A file of a model on the shelf. */
export type ShelfFile = v.InferOutput<typeof fileSchema>;

/** What a model on the shelf is made of. */
export type ShelfEntry = v.InferOutput<typeof entrySchema>;

/** The entry that the text holds, or null when it holds none: one of another version is none. */
export function parseShelfEntry(text: string | null): ShelfEntry | null {
	if (text === null) return null;
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		return null;
	}
	const parsed = v.safeParse(entrySchema, json);
	return parsed.success ? parsed.output : null;
}
