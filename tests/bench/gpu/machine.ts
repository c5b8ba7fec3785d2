import type { ModelFiles } from '../../../src/lib/inference/model-files.ts';
import type { Runtime } from '../../../src/lib/inference/runtime.ts';
import { messageOf } from '../../../src/lib/support/errors.ts';
import type { BenchRow } from '../row.ts';

/** A GPU, and what is there to measure it with. The same in a browser and in Node with Dawn. */
export interface GpuMachine {
	/** With the provider for WebGPU. */
	readonly runtime: Runtime;
	readonly gpu: Pick<GPU, 'requestAdapter'>;
	/** Of that GPU, with all that the app asks of one; whoever opened it destroys it. */
	readonly device: GPUDevice;
	/** Whether shaders can compute in half precision. */
	readonly halfPrecision: boolean;
	/** The app's own models. */
	readonly models: ModelFiles;
	/** Gives a file of the full-size artefacts that `models/avsr-cocktail/build.ts` writes. */
	readonly read: (path: string) => Promise<Uint8Array>;
	/** Numbers of an independent implementation at full size (JSON); null where they are not here. */
	readonly reference: unknown;
	/** What the device has been asked for. */
	readonly tally: DeviceTally;
	/** Memory in use on the card, in MB; null where that cannot be seen. */
	readonly memoryMb: () => Promise<number | null>;
	readonly log: (line: string) => void;
	readonly record: (row: BenchRow) => void;
}

/** Seconds that some work takes, and what comes of it. */
export async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
	const start = performance.now();
	const result = await work();
	return { seconds: (performance.now() - start) / 1000, result };
}

/** The middle one of a few repetitions, in seconds. */
export async function medianSeconds(times: number, work: () => Promise<void>): Promise<number> {
	const all: number[] = [];
	for (let i = 0; i < times; i++) all.push((await timed(work)).seconds);
	all.sort((a, b) => a - b);
	return all[Math.floor(times / 2)] ?? Number.NaN;
}

/** Does one piece of a bench; null, and a line that says why, when it fails. */
export async function attempt<T>(
	{ log }: Pick<GpuMachine, 'log'>,
	what: string,
	work: () => Promise<T>,
): Promise<{ result: T } | null> {
	try {
		const { seconds, result } = await timed(work);
		log(`${what}: done in ${seconds.toFixed(1)} s`);
		return { result };
	} catch (error) {
		log(`${what}: FAILED: ${messageOf(error)}`);
		return null;
	}
}

/** What a device has been asked for. */
export interface DeviceTally {
	/** Buffers that are made and not destroyed. */
	buffers: number;
	bytes: number;
	/** The most bytes at once so far. */
	mostBytes: number;
	/** Shaders started. */
	dispatches: number;
}

/** Counts what a device does from now on. */
export function tallyDevice(device: GPUDevice): DeviceTally {
	const tally: DeviceTally = { buffers: 0, bytes: 0, mostBytes: 0, dispatches: 0 };
	const createBuffer = device.createBuffer.bind(device);
	device.createBuffer = (descriptor) => {
		const buffer = createBuffer(descriptor);
		const destroy = buffer.destroy.bind(buffer);
		let there = true;
		tally.buffers += 1;
		tally.bytes += descriptor.size;
		tally.mostBytes = Math.max(tally.mostBytes, tally.bytes);
		buffer.destroy = () => {
			if (there) {
				tally.buffers -= 1;
				tally.bytes -= descriptor.size;
			}
			there = false;
			destroy();
		};
		return buffer;
	};
	const createCommandEncoder = device.createCommandEncoder.bind(device);
	device.createCommandEncoder = (descriptor) => {
		const encoder = createCommandEncoder(descriptor);
		const beginComputePass = encoder.beginComputePass.bind(encoder);
		encoder.beginComputePass = (pass) => {
			const begun = beginComputePass(pass);
			const dispatch = begun.dispatchWorkgroups.bind(begun);
			begun.dispatchWorkgroups = (...counts) => {
				tally.dispatches += 1;
				dispatch(...counts);
			};
			return begun;
		};
		return encoder;
	};
	return tally;
}

/** A number with three digits. */
export function short(value: number): string {
	return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
