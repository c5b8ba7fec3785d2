import { FFFSType, FFmpeg } from '@ffmpeg/ffmpeg';
import { present } from '../../support/assert.ts';
import { ConfabError, messageOf } from '../../support/errors.ts';
import { memo } from '../../support/memo.ts';
import workerUrl from './ffmpeg.worker.ts?worker&url';
import type { CoreExtras } from './protocol.ts';
import { outputEvent } from './protocol.ts';

/** Where @ffmpeg/core (single thread, ES module) is served. Both URLs are of our own origin. */
export interface FFmpegCore {
	readonly scriptUrl: string;
	readonly wasmUrl: string;
}

/** One run of a tool. `args` name the input and the output by `inputPath` and `outputPath`. */
export interface Run {
	readonly tool: 'ffmpeg' | 'ffprobe';
	readonly input: Blob;
	readonly args: readonly string[];
	/** Output arrives in pieces of this size; the last may be shorter. */
	readonly chunkBytes: number;
	/** Told each line the tool logs. */
	readonly onLog?: (line: string) => void;
	readonly signal?: AbortSignal | undefined;
}

const inputFolder = '/in';
const inputName = 'media';
export const inputPath = `${inputFolder}/${inputName}`;
export const outputPath = '/out';

/** Chunks that may wait here unread. */
const SLOTS = 2;

/** A worker starts in a fraction of a second; this long it takes only when its script never came. */
const START_TIMEOUT_MS = 30_000;

const compiled = new Map<string, () => Promise<WebAssembly.Module>>();

/** The compiled core, kept for the life of this thread. */
function compile(wasmUrl: string): Promise<WebAssembly.Module> {
	let module = compiled.get(wasmUrl);
	if (!module) {
		module = memo(() => WebAssembly.compileStreaming(fetch(wasmUrl)));
		compiled.set(wasmUrl, module);
	}
	return module();
}

/**
 * Runs FFmpeg or ffprobe on a file, which is read in place, and gives what it writes while it writes:
 * the tool sleeps as long as nobody takes its output, so memory stays bounded however long the file
 * is. Each run has a worker and an instance of its own, which end with it or when the iterator is left.
 *
 * @returns after the last chunk, the tool's exit code.
 * @throws ConfabError `ModelUnavailable` when the core cannot be loaded or the page may not use it.
 */
export async function* runFFmpeg(
	core: FFmpegCore,
	job: Run,
): AsyncGenerator<Uint8Array<ArrayBuffer>, number, undefined> {
	const { signal } = job;
	signal?.throwIfAborted();
	if (typeof SharedArrayBuffer === 'undefined') {
		throw new ConfabError(
			'ModelUnavailable',
			'FFmpeg needs a cross-origin isolated page; serve Confab with its COOP and COEP headers',
		);
	}
	const module = await compile(core.wasmUrl).catch((error: unknown) => {
		const message = `FFmpeg's core cannot be loaded from ${core.wasmUrl}: ${messageOf(error)}`;
		throw new ConfabError('ModelUnavailable', message, { cause: error });
	});
	signal?.throwIfAborted();

	const coreURL = new URL(core.scriptUrl, self.location.href).href;
	const slots = Array.from(
		{ length: SLOTS },
		() => new Uint8Array(new SharedArrayBuffer(job.chunkBytes)),
	);
	const free = new Int32Array(new SharedArrayBuffer(4)).fill(SLOTS);
	/** Bytes in each slot that was filled, in turn. */
	const filled: (number | 'end')[] = [];
	let taken = 0;
	let wake = (): void => undefined;
	const onAbort = (): void => wake();
	signal?.addEventListener('abort', onAbort);
	const ffmpeg = new FFmpeg();
	ffmpeg.on('log', ({ type, message }) => {
		if (type === outputEvent) filled.push(Number(message));
		// Emscripten's word for any exit.
		else if (message !== 'Aborted()') job.onLog?.(message);
		wake();
	});
	try {
		const exit = execute(ffmpeg, { coreURL, module, outputPath, slots, free }, job).finally(() => {
			filled.push('end');
			wake();
		});
		exit.catch(() => undefined);
		for (;;) {
			signal?.throwIfAborted();
			const bytes = filled.shift();
			if (bytes === undefined) {
				await new Promise<void>((resolve) => (wake = resolve));
			} else if (bytes === 'end') {
				return await exit;
			} else {
				const chunk = present(slots[taken++ % SLOTS], 'the slot').slice(0, bytes);
				Atomics.add(free, 0, 1);
				Atomics.notify(free, 0);
				yield chunk;
			}
		}
	} finally {
		signal?.removeEventListener('abort', onAbort);
		ffmpeg.terminate();
	}
}

/** Starts the worker, mounts the input and runs the tool. */
async function execute(
	ffmpeg: FFmpeg,
	extras: CoreExtras,
	{ tool, input, args }: Run,
): Promise<number> {
	// The package does not hear of a worker that cannot start.
	const late = AbortSignal.timeout(START_TIMEOUT_MS);
	const start = { classWorkerURL: workerUrl, ...extras };
	await ffmpeg.load(start, { signal: late }).catch((error: unknown) => {
		const why = late.aborted ? `not within ${START_TIMEOUT_MS / 1000} s` : messageOf(error);
		throw new ConfabError('ModelUnavailable', `FFmpeg did not start: ${why}`, { cause: error });
	});
	try {
		await ffmpeg.createDir(inputFolder);
		const blobs = [{ name: inputName, data: input }];
		await ffmpeg.mount(FFFSType.WORKERFS, { blobs }, inputFolder);
		return await ffmpeg[tool === 'ffmpeg' ? 'exec' : 'ffprobe']([...args]);
	} catch (error) {
		throw new Error(`FFmpeg stopped: ${messageOf(error)}`, { cause: error });
	}
}
