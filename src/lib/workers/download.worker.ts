import { ModelShelf } from '../store/shelf/model-shelf.ts';
import { toWire } from '../support/error-wire.ts';
import { reportRequests } from '../support/request-report.ts';
import { downloadOffer } from './download-offer.ts';
import { parseDownloadAsk, type DownloadAnswer, type DownloadAsk } from './download-protocol.ts';

/*
 * The one script that may reach another server (scripts/lib/headers.mjs). One of these lives while a
 * download goes on, and ends with it.
 */

reportRequests('download');

const stop = new AbortController();
let begun = false;

function answer(message: DownloadAnswer): void {
	postMessage(message);
}

async function run({ offer, kind }: DownloadAsk & { ask: 'download' }): Promise<void> {
	try {
		const id = await downloadOffer(new ModelShelf(), offer, kind, {
			// Without cookies or anything else that tells who asks.
			fetch: (input, init) => fetch(input, { ...init, credentials: 'omit' }),
			signal: stop.signal,
			onProgress: (progress) => answer({ answer: 'progress', progress }),
		});
		answer({ answer: 'done', id });
	} catch (error) {
		answer({ answer: 'failed', error: toWire(error) });
	}
}

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
	const ask = parseDownloadAsk(data);
	if (ask?.ask === 'pause') stop.abort();
	if (ask?.ask !== 'download' || begun) return;
	begun = true;
	void run(ask);
});
