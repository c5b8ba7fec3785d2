import { ConfabError, messageOf } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import type { ByteSource } from './copy-file.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { ShelfEntry } from './shelf-entry.ts';

/** How often a file is asked for again when the server is busy or the line breaks. */
const attempts = 5;

const firstWaitMilliseconds = 500;

export interface DownloadOptions extends SlowOptions {
	/** The worker's own by default. */
	readonly fetch?: typeof fetch;
	/** Waits before another attempt; tests do not. */
	readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * Downloads what is missing of a model onto the shelf, checks it, and goes on where an earlier
 * attempt ended. Aborting pauses it: calling again resumes.
 *
 * @param address where a file is to be had
 * @throws ConfabError `ModelUnavailable` when a file cannot be had, and as `ModelShelf.write`.
 */
export async function download(
	shelf: ModelShelf,
	entry: ShelfEntry,
	address: (name: string) => string,
	{ fetch: get = fetch, wait = pause, signal, onProgress }: DownloadOptions = {},
): Promise<void> {
	await shelf.enter(entry);
	const total = entry.files.reduce((sum, file) => sum + file.bytes, 0);
	let before = 0;
	for (const file of entry.files) {
		const read = (startByte: number): Promise<ByteSource> =>
			open(address(file.name), startByte, get, signal);
		const tell = (done: number): void =>
			onProgress?.({ stage: 'model', subject: entry.id, done, total, unit: 'bytes' });
		for (let attempt = 1; ; attempt += 1) {
			signal?.throwIfAborted();
			try {
				await shelf.write(entry.id, file, read, {
					signal,
					onProgress: ({ done }) => tell(before + done),
				});
				break;
			} catch (error) {
				signal?.throwIfAborted();
				const passing = error instanceof ConfabError && error.code === 'ModelUnavailable';
				if (!passing || error instanceof RefusedError || attempt === attempts) throw error;
				await wait(firstWaitMilliseconds * 2 ** (attempt - 1), signal);
			}
		}
		before += file.bytes;
		tell(before);
	}
}

/** What another attempt will not mend. */
class RefusedError extends ConfabError {}

async function open(
	address: string,
	startByte: number,
	get: typeof fetch,
	signal: AbortSignal | undefined,
): Promise<ByteSource> {
	const headers = startByte > 0 ? { Range: `bytes=${startByte}-` } : {};
	let response: Response;
	try {
		response = await get(address, { headers, cache: 'no-store', ...(signal ? { signal } : {}) });
	} catch (error) {
		signal?.throwIfAborted();
		throw new ConfabError(
			'ModelUnavailable',
			`${address} cannot be reached (${messageOf(error)}). What came so far is kept: try again later.`,
			{ cause: error },
		);
	}
	if (!response.ok || !response.body) {
		const lasting = response.status >= 400 && response.status < 500 && response.status !== 429;
		const Kind = lasting ? RefusedError : ConfabError;
		throw new Kind(
			'ModelUnavailable',
			`${address} could not be fetched (status ${response.status}). What came so far is kept.`,
		);
	}
	return { startByte: response.status === 206 ? startByte : 0, stream: guarded(response, address) };
}

/** The body, whose breaking off is told as what it is. */
function guarded(response: Response, address: string): ReadableStream<Uint8Array> {
	const reader = response.body?.getReader();
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			try {
				const next = await reader?.read();
				if (!next || next.done) controller.close();
				else controller.enqueue(next.value);
			} catch (error) {
				controller.error(
					new ConfabError(
						'ModelUnavailable',
						`${address} broke off (${messageOf(error)}). What came so far is kept.`,
						{ cause: error },
					),
				);
			}
		},
		cancel: (reason) => reader?.cancel(reason),
	});
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(resolve, milliseconds);
		signal?.addEventListener(
			'abort',
			() => {
				clearTimeout(timer);
				reject(signal.reason as Error);
			},
			{ once: true },
		);
	});
}
