import * as v from 'valibot';

/*
 * Workers tell the pages what they have asked the network for: the page of privacy lists it. They say so
 * on a channel inside the browser that no other site sees.
 */

const channelName = 'confab-requests';

/** One request as seen by whoever reports it. */
export interface RequestReport {
	/** Which worker: `media`, `inference`, `service worker`. */
	readonly by: string;
	/** Absolute. */
	readonly url: string;
	/** What made it, in the browser's words: `fetch`, `script`, `wasm`. */
	readonly kind: string;
	/** Known to the service worker alone, as is the next. */
	readonly method: string | null;
	/** Whether the request carried data; null where the browser does not tell. */
	readonly hasBody: boolean | null;
	/** The browser's policy has stopped it: timelines list such a request as any other. */
	readonly blocked: boolean;
}

const schema = v.object({
	by: v.string(),
	url: v.string(),
	kind: v.string(),
	method: v.nullable(v.string()),
	hasBody: v.nullable(v.boolean()),
	blocked: v.boolean(),
});

/** A message of the channel; null for anything else. */
export function parseRequestReport(data: unknown): RequestReport | null {
	const parsed = v.safeParse(schema, data);
	return parsed.success ? parsed.output : null;
}

/** Opens the channel; the caller closes it. */
export function openRequestChannel(): BroadcastChannel {
	return new BroadcastChannel(channelName);
}

/**
 * Listens to what this page or worker asks for from now on, and to what it has asked for before; and to
 * what the browser says to have blocked.
 */
export function watchRequests(
	by: string,
	types: readonly string[],
	onReport: (report: RequestReport) => void,
): void {
	const observer = new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) {
			const kind: unknown = Reflect.get(entry, 'initiatorType');
			onReport(reportOf(by, entry.name, typeof kind === 'string' ? kind : ''));
		}
	});
	for (const type of types) observer.observe({ type, buffered: true });
	addEventListener('securitypolicyviolation', (event) => {
		const url: unknown = Reflect.get(event, 'blockedURI');
		if (typeof url !== 'string' || Reflect.get(event, 'disposition') !== 'enforce') return;
		onReport({ ...reportOf(by, url, ''), blocked: true });
	});
}

function reportOf(by: string, url: string, kind: string): RequestReport {
	return { by, url, kind, method: null, hasBody: null, blocked: false };
}

/** Tells the pages of every request of this worker, for as long as it lives. */
export function reportRequests(by: string): void {
	const channel = openRequestChannel();
	watchRequests(by, ['resource'], (report) => channel.postMessage(report));
}
