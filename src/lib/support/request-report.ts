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
}

const schema = v.object({
	by: v.string(),
	url: v.string(),
	kind: v.string(),
	method: v.nullable(v.string()),
	hasBody: v.nullable(v.boolean()),
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

/** Reports every request of this worker, those of before too, for as long as it lives. */
export function reportRequests(by: string): void {
	const channel = openRequestChannel();
	const observer = new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) {
			const kind: unknown = Reflect.get(entry, 'initiatorType');
			const report: RequestReport = {
				by,
				url: entry.name,
				kind: typeof kind === 'string' ? kind : '',
				method: null,
				hasBody: null,
			};
			channel.postMessage(report);
		}
	});
	observer.observe({ type: 'resource', buffered: true });
}
