import * as v from 'valibot';
import { labelsSchema } from '../records/labels-schema.ts';
import type { RecordForm } from '../records/record-form.ts';

/**
 * The `.confab` project file: a zip archive that holds what is kept of sessions, so that it opens
 * elsewhere with nothing lost.
 *
 *     confab.json                    what this is, its version, and its sessions
 *     sessions/1/session.json        names, reference, and which runs and editions there are
 *     sessions/1/run-1.json          a whole result; its speech activity is in the file beside it
 *     sessions/1/run-1.f32           floats, little-endian; `{start, length}` in the JSON counts floats
 *     sessions/1/edition-1.json      what a person made of one of the runs
 *     sessions/1/media/…             the session's own files, as they lay in its folder, where they were wanted
 *
 * Maps are lists of pairs; a number that JSON does not know is its name as text (`"NaN"`, `"-0"`). Times of
 * day are milliseconds since 1970. A reader refuses what it does not know. What is below `media/` is stored
 * as it is, so that it is read in place.
 */
export const projectFormat = 'confab project';

/**
 * Raised with every change that an older reader would get wrong, or refuse without saying that it is too old: 2 has
 * layers, and ids of runs. All before are read.
 */
export const projectVersion = 2;

/** The file that makes an archive a project. */
export const manifestName = 'confab.json';

/** File in the session's folder, nowhere else. */
const fileName = v.pipe(v.string(), v.regex(/^[\w-]+\.(json|f32)$/u, 'expected a plain file name'));
const time = v.pipe(v.number(), v.finite());

/** As much of the manifest as every version has. */
export const anyManifestSchema = v.object({
	format: v.literal(projectFormat),
	version: v.pipe(
		v.number(),
		v.integer('expected a whole number'),
		v.minValue(1, 'expected 1 or more'),
	),
});

/** `confab.json`. */
export const manifestSchema = v.strictObject({
	format: v.literal(projectFormat),
	version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(projectVersion)),
	sessions: v.array(
		v.strictObject({
			folder: v.pipe(v.string(), v.regex(/^sessions\/\d+$/u, 'expected sessions/ and a number')),
			sessionId: v.pipe(v.string(), v.nonEmpty('expected some text')),
			/** For people who look into the archive. */
			name: v.string(),
		}),
	),
});

/** `session.json`. */
export function sessionSchema(form: RecordForm) {
	return v.strictObject({
		sessionId: v.string(),
		folderName: v.string(),
		givenName: v.nullable(v.string()),
		runs: v.pipe(
			v.array(v.strictObject({ file: fileName, floats: fileName, finishedAt: time })),
			v.minLength(1, 'expected one run or more'),
		),
		editions: v.array(v.strictObject({ file: fileName, savedAt: time })),
		reference: v.nullable(
			v.strictObject({
				labels: labelsSchema(form),
				origin: v.picklist(['session', 'person']),
				savedAt: time,
			}),
		),
		/** Paths below `media/`; none where the recordings are not in it. */
		media: v.array(v.string()),
	});
}
