import { ConfabError } from '../support/errors.ts';
import { fromWire } from '../support/error-wire.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { DownloadAnswer, DownloadAsk } from '../workers/download-protocol.ts';

/** How long a paused download may take to put down what it holds. */
const graceMilliseconds = 3000;

/**
 * Downloads a kind of an offer in a worker that lives as long as that takes. Aborting pauses it: what
 * came is kept, and the next call goes on from there.
 *
 * @returns its id on the shelf
 * @throws as `downloadOffer`; ConfabError `DeviceLost` when the worker dies.
 */
export function hubDownload(
	start: () => Worker,
	offer: string,
	kind: string,
	{ signal, onProgress }: SlowOptions,
): Promise<string> {
	return new Promise((resolve, reject) => {
		signal?.throwIfAborted();
		const worker = start();
		let grace: ReturnType<typeof setTimeout> | undefined;
		const ask = (message: DownloadAsk): void => worker.postMessage(message);
		const pause = (): void => {
			ask({ ask: 'pause' });
			grace = setTimeout(() => end(() => reject(signal?.reason as Error)), graceMilliseconds);
		};
		const end = (settle: () => void): void => {
			clearTimeout(grace);
			signal?.removeEventListener('abort', pause);
			worker.terminate();
			settle();
		};
		signal?.addEventListener('abort', pause, { once: true });
		worker.addEventListener('message', ({ data }: MessageEvent<DownloadAnswer>) => {
			if (data.answer === 'progress') onProgress?.(data.progress);
			else if (data.answer === 'done') end(() => resolve(data.id));
			else end(() => reject(fromWire(data.error)));
		});
		worker.addEventListener('error', (event) => {
			event.preventDefault();
			const cause = event.message ? ` (${event.message})` : '';
			end(() => {
				reject(new ConfabError('DeviceLost', `The download worker stopped${cause}.`));
			});
		});
		ask({ ask: 'download', offer, kind });
	});
}
