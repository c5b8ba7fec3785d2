import type * as Ort from 'onnxruntime-web';
import { manifestPath } from '../../../src/lib/conversion/avsr/convert.ts';
import {
	emptyCaches,
	encoderInputs,
	nextCaches,
	openGraph,
	stepInputs,
	type TrialOptions,
} from '../../../models/avsr-cocktail/trial.ts';
import { dispose } from '../../../src/lib/inference/tensors.ts';
import { type AvsrGraphs, heldOutputs } from '../../../src/lib/recognisers/avsr/avsr-recogniser.ts';
import {
	type AvsrArithmetic,
	type AvsrKind,
	parseAvsrManifest,
} from '../../../src/lib/recognisers/avsr/manifest.ts';
import { type GpuMachine, medianSeconds, short, timed } from './machine.ts';

/** One kind of the whole network and what its graphs compute in. */
export interface Variant {
	readonly kind: AvsrKind;
	readonly arithmetic: AvsrArithmetic;
}

/** Billions of operations that the encoder needs for a second of speech. */
const encoderGflop = 33;

const framesPerSecond = 25;

/** Warm runs, of which the middle one counts. */
const repetitions = 5;

/** Hypotheses of a segment. */
const beam = 3;

/** Steps in a measurement of the decoder: a sentence of some 15 seconds. */
const steps = 64;

/** The whole network on a GPU. Whoever opened it releases it. */
export interface FullSize {
	readonly name: string;
	readonly options: TrialOptions;
	readonly sessions: Readonly<Record<keyof AvsrGraphs, Ort.InferenceSession>>;
	release(): Promise<void>;
}

/** How the graphs of a variant are opened on this GPU; outputs come to the CPU unless said otherwise. */
export async function optionsOf(
	{ runtime, device, read }: GpuMachine,
	{ kind, arithmetic }: Variant,
): Promise<TrialOptions> {
	const text = new TextDecoder().decode(await read(manifestPath(kind)));
	const manifest = parseAvsrManifest(JSON.parse(text));
	if (!('graphs' in manifest)) throw new TypeError(manifest.join('; '));
	return {
		runtime,
		manifest,
		arithmetic,
		read,
		session: { executionProviders: [{ name: 'webgpu', device }], graphOptimizationLevel: 'all' },
	};
}

/** Opens all three graphs; what goes from one to another stays on the GPU. */
export async function openFullSize(machine: GpuMachine, variant: Variant): Promise<FullSize> {
	const options = await optionsOf(machine, variant);
	const { manifest, session } = options;
	const held = heldOutputs(manifest.shape);
	const name = `${variant.kind} in ${variant.arithmetic}`;
	const open = async (graph: keyof AvsrGraphs): Promise<Ort.InferenceSession> => {
		const locations = Object.fromEntries(held[graph].map((output) => [output, 'gpu-buffer']));
		const { seconds, result } = await timed(() =>
			openGraph(
				{
					...options,
					session: {
						...session,
						preferredOutputLocation: locations as Record<string, 'gpu-buffer'>,
					},
				},
				manifest.graphs[graph],
			),
		);
		const memory = await machine.memoryMb();
		machine.log(`${name}: ${graph} open in ${seconds.toFixed(1)} s; card ${memory ?? '?'} MB`);
		return result;
	};
	const { seconds, result } = await timed(async () => {
		return {
			encoder: await open('encoder'),
			cross: await open('cross'),
			decoder: await open('decoder'),
		};
	});
	const bytes = Object.values(manifest.graphs)
		.flatMap(({ data }) => data)
		.reduce((sum, file) => sum + file.bytes, 0);
	machine.record({
		what: `avsr-cocktail ${name}, opening`,
		measured: { name: 'all three graphs', value: seconds, unit: 's' },
		against: { name: 'weights', value: bytes / 1e6, unit: 'MB' },
	});
	return {
		name,
		options,
		sessions: result,
		async release() {
			for (const session of Object.values(result)) await session.release();
		},
	};
}

/** The same made segment, several times over. */
function inputsFor(
	{ runtime }: GpuMachine,
	frames: number,
	segments: number,
): Record<'lips' | 'audio' | 'mask', Ort.Tensor> {
	const one = encoderInputs(runtime, [frames], frames);
	const several = (tensor: Ort.Tensor): Ort.Tensor => {
		const data = tensor.data as Float32Array;
		const all = new Float32Array(segments * data.length);
		for (let i = 0; i < segments; i++) all.set(data, i * data.length);
		return new runtime.Tensor('float32', all, [segments, ...tensor.dims.slice(1)]);
	};
	return { lips: several(one.lips), audio: several(one.audio), mask: several(one.mask) };
}

/** The encoder at the lengths and numbers of segments that the app has, first run and warm. */
export async function measureEncoder(
	machine: GpuMachine,
	{ name, sessions: { encoder } }: FullSize,
	{ frames, segments, matrixGflops }: { frames: number; segments: number; matrixGflops: number },
): Promise<void> {
	const inputs = inputsFor(machine, frames, segments);
	const { tally } = machine;
	const run = async (fetches?: readonly string[]): Promise<void> => {
		dispose(await (fetches ? encoder.run(inputs, fetches) : encoder.run(inputs)));
	};
	const first = (await timed(() => run())).seconds;
	const before = tally.dispatches;
	const warm = await medianSeconds(repetitions, () => run());
	const dispatches = (tally.dispatches - before) / repetitions;
	// Without reading the log-probabilities back.
	const unread = await medianSeconds(repetitions, async () => {
		await run(['encoded']);
		await machine.device.queue.onSubmittedWorkDone();
	});
	const speech = (frames * segments) / framesPerSecond;
	const memory = await machine.memoryMb();
	const gflops = (encoderGflop * speech) / unread;
	machine.log(
		`${name}: encoder ${segments} x ${frames} frames: first ${first.toFixed(2)} s, ` +
			`warm ${(warm * 1000).toFixed(1)} ms, unread ${(unread * 1000).toFixed(1)} ms, ` +
			`${short(gflops)} GFLOP/s, ${dispatches} shaders; card ${memory ?? '?'} MB`,
	);
	const per = (seconds: number): number => (1000 * seconds) / speech;
	machine.record({
		what: `avsr-cocktail ${name}, encoder ${segments} x ${frames}`,
		measured: { name: 'warm', value: per(warm), unit: 'ms/s of speech' },
		against: {
			name: 'arithmetic alone',
			value: (1000 * encoderGflop) / matrixGflops,
			unit: 'ms/s of speech',
		},
	});
	machine.record({
		what: `avsr-cocktail ${name}, encoder ${segments} x ${frames}, shaders`,
		measured: { name: 'first run', value: first, unit: 's' },
		against: { name: 'warm', value: warm, unit: 's' },
	});
}

/** A step of the decoder for so many segments: as the search makes it, and without reading its answer. */
export async function measureDecoder(
	machine: GpuMachine,
	full: FullSize,
	{ frames, segments }: { frames: number; segments: number },
): Promise<void> {
	const { name, options, sessions } = full;
	const { shape } = options.manifest;
	const inputs = inputsFor(machine, frames, segments);
	const heard = await sessions.encoder.run(inputs, ['encoded']);
	const { encoded } = heard;
	if (!encoded) throw new TypeError('the encoder gives no output');
	const { seconds: crossSeconds, result: cross } = await timed(async () => {
		const result = await sessions.cross.run({ encoded });
		await machine.device.queue.onSubmittedWorkDone();
		return result;
	});
	dispose(heard);
	const unread = heldOutputs(shape).decoder;
	/** Seconds of all steps but the first ones, and of submitting them alone. */
	const decode = async (read: boolean): Promise<{ all: number; submitting: number }> => {
		let caches = emptyCaches(machine.runtime, options.manifest, options.arithmetic);
		let start = 0;
		let submitting = 0;
		const first = 2;
		for (let position = 0; position < steps + first; position++) {
			if (position === first) {
				await machine.device.queue.onSubmittedWorkDone();
				start = performance.now();
			}
			const width = position === 0 ? 1 : beam;
			const tokens = Array.from({ length: segments }, (_, i) =>
				Array.from(
					{ length: width },
					(__, j) => 1 + ((position * 37 + i * 5 + j) % (shape.units - 2)),
				),
			);
			const parents = Array.from({ length: segments * width }, (_, row) =>
				position <= 1 ? Math.floor(row / width) : row - (row % width) + ((row + 1) % width),
			);
			const feeds = {
				...stepInputs(
					machine.runtime,
					tokens,
					position === 0 ? parents.fill(0) : parents,
					position,
				),
				mask: inputs.mask,
				...cross,
				...caches,
			};
			const before = performance.now();
			const outputs = await (read
				? sessions.decoder.run(feeds)
				: sessions.decoder.run(feeds, unread));
			if (position >= first) submitting += performance.now() - before;
			dispose(caches);
			caches = nextCaches(outputs);
		}
		await machine.device.queue.onSubmittedWorkDone();
		const all = performance.now() - start;
		dispose(caches);
		return { all: all / steps, submitting: submitting / steps };
	};
	const first = (await timed(() => decode(true))).seconds;
	const before = machine.tally.dispatches;
	const read = await decode(true);
	const dispatches = (machine.tally.dispatches - before) / (steps + 2);
	const alone = await decode(false);
	const memory = await machine.memoryMb();
	dispose(cross);
	machine.log(
		`${name}: decoder ${segments} x ${beam} hypotheses, ${frames} frames: ` +
			`${read.all.toFixed(2)} ms a step; unread ${alone.all.toFixed(2)} ms, of which ` +
			`${alone.submitting.toFixed(2)} ms until it is submitted; ${dispatches.toFixed(0)} shaders; first ${steps} steps ` +
			`${first.toFixed(2)} s; cross ${(crossSeconds * 1000).toFixed(1)} ms; card ${memory ?? '?'} MB`,
	);
	machine.record({
		what: `avsr-cocktail ${name}, decoder ${segments} x ${beam}`,
		measured: { name: 'step', value: read.all, unit: 'ms' },
		against: { name: 'without reading it', value: alone.all, unit: 'ms' },
	});
}
