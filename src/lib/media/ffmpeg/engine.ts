import { ConfabError, messageOf } from '../../support/errors.ts';
import { memo } from '../../support/memo.ts';
import type { Job, Report } from './protocol.ts';

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
const CHUNKS_IN_FLIGHT = 2;

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

	const credit = new SharedArrayBuffer(4);
	const room = new Int32Array(credit);
	room[0] = CHUNKS_IN_FLIGHT;
	const worker = new Worker(new URL('./ffmpeg.worker.ts', import.meta.url), {
		type: 'module',
		name: 'ffmpeg',
	});
	const inbox: Report[] = [];
	let wake = (): void => undefined;
	const receive = (message: Report): void => {
		if (message.kind === 'log') job.onLog?.(message.line);
		else inbox.push(message);
		wake();
	};
	const onAbort = (): void => wake();
	signal?.addEventListener('abort', onAbort);
	worker.onmessage = ({ data }: MessageEvent<Report>) => receive(data);
	worker.onerror = (event) => {
		receive({ kind: 'crash', message: event.message || 'its worker could not be started' });
	};
	try {
		const message: Job = {
			tool: job.tool,
			scriptUrl: new URL(core.scriptUrl, self.location.href).href,
			module,
			input: job.input,
			inputFolder,
			inputName,
			outputPath,
			args: job.args,
			chunkBytes: job.chunkBytes,
			credit,
		};
		worker.postMessage(message);
		for (;;) {
			signal?.throwIfAborted();
			const report = inbox.shift();
			if (!report) {
				await new Promise<void>((resolve) => (wake = resolve));
			} else if (report.kind === 'chunk') {
				Atomics.add(room, 0, 1);
				Atomics.notify(room, 0);
				yield report.data;
			} else if (report.kind === 'exit') {
				return report.code;
			} else if (report.kind === 'crash') {
				throw new Error(`FFmpeg stopped: ${report.message}`);
			}
		}
	} finally {
		signal?.removeEventListener('abort', onAbort);
		worker.terminate();
	}
}
