import '@ffmpeg/ffmpeg/worker';
import { present } from '../../support/assert.ts';
import { reportRequests } from '../../support/request-report.ts';
import type { CoreExtras } from './protocol.ts';
import { outputEvent } from './protocol.ts';

/*
 * The worker of @ffmpeg/ffmpeg with a core that starts from a compiled module and hands over what a tool
 * writes while it writes.
 */

/** An open file of the core's file system. */
interface Stream {
	seekable: boolean;
}

/** The part of the core (an Emscripten module) that is used here. */
interface Core {
	readonly FS: {
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
	logger(entry: { type: string; message: string }): void;
}

type CoreFactory = (options: {
	instantiateWasm(
		imports: WebAssembly.Imports,
		receive: (instance: WebAssembly.Instance) => void,
	): object;
}) => Promise<Core>;

/** Major number of the device that stands for the output; Emscripten's own are below. */
const OUTPUT_DEVICE = 64;
const WRITABLE = 0o666;

const loading = new Promise<CoreExtras>((resolve) => {
	const read = ({ data }: MessageEvent<{ data: CoreExtras }>): void => resolve(data.data);
	self.addEventListener('message', read, { once: true });
});

async function createFFmpegCore(): Promise<Core> {
	const extras = await loading;
	const script = (await import(/* @vite-ignore */ extras.coreURL)) as { default: CoreFactory };
	const core = await new Promise<Core>((resolve, reject) => {
		const instantiateWasm: Parameters<CoreFactory>[0]['instantiateWasm'] = (imports, receive) => {
			WebAssembly.instantiate(extras.module, imports).then(receive, reject);
			return {};
		};
		script.default({ instantiateWasm }).then(resolve, reject);
	});
	addOutput(core, extras);
	return core;
}

/** Adds the device whose bytes go through the slots, each as soon as it is full. */
function addOutput(core: Core, { outputPath, slots, free }: CoreExtras): void {
	const { FS } = core;
	let slot = 0;
	let filled = 0;
	const handOver = (): void => {
		if (filled === 0) return;
		core.logger({ type: outputEvent, message: String(filled) });
		slot = (slot + 1) % slots.length;
		filled = 0;
	};
	const write = (bytes: Uint8Array): void => {
		const target = present(slots[slot], 'the slot');
		if (filled === 0) {
			while (Atomics.load(free, 0) <= 0) Atomics.wait(free, 0, 0);
			Atomics.sub(free, 0, 1);
		}
		const count = Math.min(bytes.length, target.length - filled);
		target.set(bytes.subarray(0, count), filled);
		filled += count;
		if (filled === target.length) handOver();
		if (count < bytes.length) write(bytes.subarray(count));
	};
	const device = FS.makedev(OUTPUT_DEVICE, 0);
	FS.registerDevice(device, {
		open: (stream) => {
			stream.seekable = false;
		},
		close: handOver,
		write: (_stream, memory, offset, length) => {
			write(new Uint8Array(memory.buffer, memory.byteOffset + offset, length));
			return length;
		},
	});
	FS.mkdev(outputPath, WRITABLE, device);
}

// The package's worker calls `importScripts` to get the core, which defines `createFFmpegCore`.
Object.assign(self, { importScripts: () => undefined, createFFmpegCore });
reportRequests('ffmpeg');
