import * as v from 'valibot';
import { offlineFileSchema, type OfflineFile } from './offline-list.ts';

const asks = ['status', 'keep', 'take-over'] as const;

/**
 * What a page asks of the service worker: what is kept; to keep the app again, after all was let go; to
 * take over from the version before. The first two are answered by a status on the port that comes along.
 */
export interface OfflineAsk {
	readonly ask: (typeof asks)[number];
}

/** A file of the build, and whether it is kept. */
export interface KeptFile extends OfflineFile {
	readonly kept: boolean;
}

/** What the service worker answers. */
export interface OfflineStatus {
	readonly version: string;
	readonly files: readonly KeptFile[];
}

const askSchema = v.object({ ask: v.picklist(asks) });

const statusSchema = v.object({
	version: v.string(),
	files: v.array(v.object({ ...offlineFileSchema.entries, kept: v.boolean() })),
});

/** A message of a page; null for anything else. */
export function parseOfflineAsk(data: unknown): OfflineAsk | null {
	const parsed = v.safeParse(askSchema, data);
	return parsed.success ? parsed.output : null;
}

/** The service worker's answer; null for anything else. */
export function parseOfflineStatus(data: unknown): OfflineStatus | null {
	const parsed = v.safeParse(statusSchema, data);
	return parsed.success ? parsed.output : null;
}
