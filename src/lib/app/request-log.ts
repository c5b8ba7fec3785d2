import {
	openRequestChannel,
	parseRequestReport,
	watchRequests,
	type RequestReport,
} from '../support/request-report.ts';

/** Far above what a visit makes; browsers stop at 250 by themselves. */
const timelineEntries = 20_000;

type Listener = (requests: readonly RequestReport[]) => void;

/**
 * Every request since the page began to load: those of the page as the browser's timeline lists them,
 * those of workers as they report them (support/request-report.ts).
 */
export class RequestLog {
	readonly #seen: RequestReport[] = [];
	readonly #listeners = new Set<Listener>();

	constructor() {
		performance.setResourceTimingBufferSize(timelineEntries);
		watchRequests('page', ['navigation', 'resource'], (report) => this.#note(report));
		openRequestChannel().addEventListener('message', ({ data }: MessageEvent<unknown>) => {
			const report = parseRequestReport(data);
			if (report) this.#note(report);
		});
	}

	/** Tells of all that was seen and of what is to come. @returns to stop it */
	watch(listener: Listener): () => void {
		listener([...this.#seen]);
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	#note(request: RequestReport): void {
		this.#seen.push(request);
		for (const listener of this.#listeners) listener([request]);
	}
}
