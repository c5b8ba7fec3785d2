import { messageOf } from '../../support/errors.ts';
import { reportRequests } from '../../support/request-report.ts';
import type { Job, Report } from './protocol.ts';

/** An open file of the core's file system. */
interface Stream {
	seekable: boolean;
}

/** The part of the core (an Emscripten module) that is used here. */
interface Core {
	readonly FS: {
		readonly filesystems: { readonly WORKERFS: object };
		mkdir(path: string): void;
		mount(type: object, options: { blobs: { name: string; data: Blob }[] }, path: string): void;
		makedev(major: number, minor: number): number;
		mkdev(path: string, mode: number, device: number): void;
		registerDevice(
			device: number,
			operations: {
				open(stream: Stream): void;
				close(stream: Stream): void;
				write(stream: Stream, memory: Int8Array, offset: number, length: number): number;
			},
		): void;
	};
	setLogger(logger: (entry: { message: string }) => void): void;
	/** Both return the exit code. */
	exec(...args: string[]): number;
	ffprobe(...args: string[]): number;
}

type CoreFactory = (options: {
	instantiateWasm(
		imports: WebAssembly.Imports,
		receive: (instance: WebAssembly.Instance) => void,
	): object;
}) => Promise<Core>;

function isFactory(value: unknown): value is CoreFactory {
	return typeof value === 'function';
}

/** Major number of the device that stands for the output; Emscripten's own are below. */
const OUTPUT_DEVICE = 64;
const WRITABLE = 0o666;

function report(message: Report, transfer: Transferable[] = []): void {
	self.postMessage(message, { transfer });
}

/** Gathers what is written into chunks and sends each when the receiver has room for it. */
class Sender {
	readonly #credit: Int32Array;
	readonly #chunkBytes: number;
	#chunk: Uint8Array<ArrayBuffer>;
	#filled = 0;

	constructor(credit: SharedArrayBuffer, chunkBytes: number) {
		this.#credit = new Int32Array(credit);
		this.#chunkBytes = chunkBytes;
		this.#chunk = new Uint8Array(chunkBytes);
	}

	write(bytes: Uint8Array): void {
		let from = 0;
		while (from < bytes.length) {
			const count = Math.min(bytes.length - from, this.#chunkBytes - this.#filled);
			this.#chunk.set(bytes.subarray(from, from + count), this.#filled);
			this.#filled += count;
			from += count;
			if (this.#filled === this.#chunkBytes) this.flush();
		}
	}

	flush(): void {
		if (this.#filled === 0) return;
		while (Atomics.load(this.#credit, 0) <= 0) Atomics.wait(this.#credit, 0, 0);
		Atomics.sub(this.#credit, 0, 1);
		const full = this.#filled === this.#chunkBytes;
		const data = full ? this.#chunk : this.#chunk.slice(0, this.#filled);
		this.#chunk = new Uint8Array(this.#chunkBytes);
		this.#filled = 0;
		report({ kind: 'chunk', data }, [data.buffer]);
	}
}

async function run(job: Job): Promise<number> {
	const script: unknown = await import(/* @vite-ignore */ job.scriptUrl);
	const factory =
		typeof script === 'object' && script && 'default' in script ? script.default : null;
	if (!isFactory(factory)) throw new Error(`${job.scriptUrl} is not FFmpeg's core`);
	const core = await factory({
		instantiateWasm: (imports, receive) => {
			void WebAssembly.instantiate(job.module, imports).then(receive);
			return {};
		},
	});
	core.setLogger(({ message }) => {
		// Emscripten's word for any exit.
		if (message !== 'Aborted()') report({ kind: 'log', line: message });
	});
	const { FS } = core;
	FS.mkdir(job.inputFolder);
	FS.mount(
		FS.filesystems.WORKERFS,
		{ blobs: [{ name: job.inputName, data: job.input }] },
		job.inputFolder,
	);
	const sender = new Sender(job.credit, job.chunkBytes);
	const device = FS.makedev(OUTPUT_DEVICE, 0);
	FS.registerDevice(device, {
		open: (stream) => {
			stream.seekable = false;
		},
		close: () => undefined,
		write: (_stream, memory, offset, length) => {
			const at = memory.byteOffset + offset;
			sender.write(new Uint8Array(memory.buffer, at, length));
			return length;
		},
	});
	FS.mkdev(job.outputPath, WRITABLE, device);
	const code = job.tool === 'ffmpeg' ? core.exec(...job.args) : core.ffprobe(...job.args);
	sender.flush();
	return code;
}

reportRequests('ffmpeg');

// One job a worker: the core's memory never shrinks and is worn out after some runs.
self.onmessage = ({ data: job }: MessageEvent<Job>): void => {
	run(job)
		.then((code) => report({ kind: 'exit', code }))
		.catch((error: unknown) => report({ kind: 'crash', message: messageOf(error) }));
};
