import * as v from 'valibot';
import { AssertionError } from '../support/assert.ts';

/**
 * What a file belongs to: the app itself, which is kept at once, or one of the large parts, which are
 * kept when they are first used or when the page has time.
 */
export const offlineParts = ['app', 'models', 'runtime', 'demo'] as const;

export type OfflinePart = (typeof offlineParts)[number];

/** One file of the build. */
export interface OfflineFile {
	/** From the app's address, not encoded: `models/embedded.onnx`. */
	readonly path: string;
	readonly bytes: number;
	/** 64 hex digits. */
	readonly sha256: string;
	readonly part: OfflinePart;
}

/** Every file of one build; scripts/lib/offline-list.mjs writes it into the service worker. */
export interface OfflineList {
	/** Another one whenever a file is. */
	readonly version: string;
	readonly files: readonly OfflineFile[];
}

/** A file as the list has it. */
export const offlineFileSchema = v.object({
	path: v.string(),
	bytes: v.number(),
	sha256: v.string(),
	part: v.picklist(offlineParts),
});

const listSchema = v.object({ version: v.string(), files: v.array(offlineFileSchema) });

/** The list as the build has written it. @throws AssertionError when it is of another form. */
export function parseOfflineList(value: unknown): OfflineList {
	const parsed = v.safeParse(listSchema, value);
	if (!parsed.success) throw new AssertionError('The list of files is not what the build writes');
	return parsed.output;
}
