import type { RequestReport } from '../support/request-report.ts';
import type { Attempt } from '../workers/attempt.ts';

/** A way out of a page or a worker that hostile code could try. */
export const wayIds = [
	'fetch',
	'xhr',
	'beacon',
	'websocket',
	'event-source',
	'image',
	'script',
	'webrtc',
	'worker-fetch',
	'worker-websocket',
	'worker-import',
] as const;

export type WayId = (typeof wayIds)[number];

/** What holds the page, as it was served. */
export interface PolicyInForce {
	/** Headers of the page that matter here, by name; null for one that is not there. */
	readonly headers: Readonly<Record<string, string | null>>;
	/** The policy inside the page itself, or null. */
	readonly inPage: string | null;
	readonly crossOriginIsolated: boolean;
}

/** What the page of privacy asks. */
export interface PrivacyClient {
	/** The app's own origin. */
	readonly origin: string;
	/** Tells of every request seen since the page began to load and of all to come. @returns to stop it */
	watchRequests(listener: (requests: readonly RequestReport[]) => void): () => void;
	/** Asks the app's own server for the page once more, to read the headers. */
	policy(): Promise<PolicyInForce>;
	/**
	 * Really tries to reach an address. One at a time.
	 *
	 * @param address absolute, http or https
	 */
	tryOut(way: WayId, address: string): Promise<Attempt>;
}
