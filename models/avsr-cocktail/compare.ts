/**
 * Runs one artefact that was built from weights by rule, and compares it with reference numbers:
 *
 *     npx tsx models/avsr-cocktail/compare.ts <reference.json> <artefacts> --kind fp32
 *
 * The outputs of fp32 are kept beside the artefacts; those of other kinds are compared with them too.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-web';
import * as v from 'valibot';
import {
	type AvsrArithmetic,
	avsrKinds,
	type AvsrManifest,
	parseAvsrManifest,
} from '../../src/lib/recognisers/avsr/manifest.ts';
import { arithmeticsOf, manifestPath, planGraph } from './convert.ts';
import { publishedNetwork } from './network.ts';
import {
	emptyCaches,
	encoderInputs,
	nextCaches,
	numbersOf,
	openGraph,
	openSession,
	stepInputs,
	type TrialOptions,
} from './trial.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { kind: { type: 'string', default: 'fp32' }, threads: { type: 'string' } },
});

/** Frames of the reference's segment. */
const frames = 25;

/** What fp32 may differ from the reference, as a fraction. */
const allowed = 2e-3;

const stageSchema = v.object({
	shape: v.array(v.number()),
	mean: v.number(),
	abs_mean: v.number(),
	first5: v.array(v.number()),
	last5: v.array(v.number()),
});

const referenceSchema = v.object({
	stages: v.record(v.string(), stageSchema),
	ctc_argmax_per_frame: v.array(v.number()),
});

type Stage = v.InferOutput<typeof stageSchema>;

/** The decoder's reference: units so far, and the stage that their log-probabilities are called. */
const prefixes = [
	{ tokens: [5048], stage: 'dec_logprobs_after_sos [5049]' },
	{ tokens: [5048, 17, 2500, 9], stage: 'dec_logprobs_after_[5048,17,2500,9] [5049]' },
];

/**
 * Largest difference of the ten numbers and two means that the reference has of a stage, relative to
 * the stage's mean magnitude or, if larger, to the number itself.
 */
function relativeError(found: Float32Array, stage: Stage): number {
	const count = stage.shape.reduce((product, size) => product * size, 1);
	if (found.length !== count) return Number.NaN;
	let sum = 0;
	let magnitude = 0;
	for (let i = 0; i < count; i++) {
		sum += found[i]!;
		magnitude += Math.abs(found[i]!);
	}
	const pairs = [
		...stage.first5.map((value, i) => [found[i]!, value] as const),
		...stage.last5.map((value, i) => [found[count - 5 + i]!, value] as const),
		[sum / count, stage.mean] as const,
		[magnitude / count, stage.abs_mean] as const,
	];
	return Math.max(
		...pairs.map(([a, b]) => Math.abs(a - b) / Math.max(Math.abs(b), stage.abs_mean)),
	);
}

/** [T][C][rest] as [C][T][rest], the order in which the reference has the first stages. */
function channelsFirst(values: Float32Array, channels: number): Float32Array {
	const rest = values.length / frames / channels;
	const out = new Float32Array(values.length);
	for (let t = 0; t < frames; t++) {
		for (let c = 0; c < channels; c++) {
			const from = (t * channels + c) * rest;
			out.set(values.subarray(from, from + rest), (c * frames + t) * rest);
		}
	}
	return out;
}

/** Largest and root-mean-square difference of log-probabilities, and whether the best ones agree. */
function compare(found: Float32Array, expected: Float32Array, rowLength: number): string {
	let largest = 0;
	let squares = 0;
	for (let i = 0; i < expected.length; i++) {
		const difference = Math.abs(found[i]! - expected[i]!);
		largest = Math.max(largest, difference);
		squares += difference ** 2;
	}
	const rows = expected.length / rowLength;
	let same = 0;
	for (let row = 0; row < rows; row++) {
		if (best(found, row, rowLength) === best(expected, row, rowLength)) same++;
	}
	const rms = Math.sqrt(squares / expected.length);
	return `largest ${largest.toPrecision(3)}, rms ${rms.toPrecision(3)}, best unit same in ${same}/${rows}`;
}

function best(values: Float32Array, row: number, rowLength: number): number {
	let index = 0;
	for (let i = 1; i < rowLength; i++) {
		if (values[row * rowLength + i]! > values[row * rowLength + index]!) index = i;
	}
	return index;
}

interface Outputs {
	/** The encoder's values by the name of their stage in the graph. */
	readonly stages: ReadonlyMap<string, Float32Array>;
	readonly encoded: Float32Array;
	readonly ctc: Float32Array;
	readonly decoder: readonly Float32Array[];
}

async function runArtefact(options: TrialOptions, tapped: readonly string[]): Promise<Outputs> {
	const { runtime, manifest, arithmetic, read } = options;
	const { encoder, cross, decoder } = manifest.graphs;
	const unread = (): Promise<Float32Array> => Promise.reject(new TypeError('no weights'));
	const { bytes } = planGraph(
		'encoder',
		publishedNetwork,
		manifest.kind,
		arithmetic,
		unread,
		tapped,
	);
	const inputs = encoderInputs(runtime, [frames], frames);
	const session = await timed('encoder: open', () =>
		openSession(runtime, bytes, encoder.data, read),
	);
	const encoded = await timed('encoder: first run', () => session.run(inputs));
	await timed('encoder: second run', () => session.run(inputs));
	await session.release();
	const crossSession = await openGraph(options, cross);
	const memory = encoded['encoded'];
	if (!memory) throw new TypeError('the encoder gives no output');
	const crossCaches = await timed('cross: run', () => crossSession.run({ encoded: memory }));
	await crossSession.release();

	const step = await timed('decoder: open', () => openGraph(options, decoder));
	const results: Float32Array[] = [];
	for (const { tokens } of prefixes) {
		let caches = emptyCaches(runtime, manifest, arithmetic);
		let last: Float32Array | null = null;
		for (const [position, token] of tokens.entries()) {
			const outputs = await timed(`decoder: step ${position}`, () =>
				step.run({
					...stepInputs(runtime, [[token]], [0], position),
					mask: inputs.mask,
					...crossCaches,
					...caches,
				}),
			);
			caches = nextCaches(outputs);
			last = await numbersOf(outputs['log_probs']);
		}
		if (last) results.push(last);
	}
	await step.release();
	const stages = new Map<string, Float32Array>();
	for (const name of tapped) stages.set(name, await numbersOf(encoded[name]));
	return {
		stages,
		encoded: await numbersOf(memory),
		ctc: await numbersOf(encoded['log_probs']),
		decoder: results,
	};
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
	const start = performance.now();
	const result = await work();
	console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(2)} s`);
	return result;
}

/** Names inside the graph, of the reference's stages that the graph has as well. */
function tapsOf(stages: Readonly<Record<string, Stage>>): Map<string, string> {
	const notThere =
		/^(audio_in|video_in|frontend3D\.0_conv3d|enc_final_ln|ctc_logprobs|dec_logprobs)/;
	return new Map(
		Object.keys(stages)
			.filter((name) => !notThere.test(name))
			.map((name) => [name.split(' ')[0] ?? name, name]),
	);
}

async function main(): Promise<void> {
	const [referencePath, folder] = positionals;
	if (referencePath === undefined || folder === undefined) {
		throw new TypeError('Name the file with the reference numbers, and the folder of artefacts');
	}
	const kind = avsrKinds.find((known) => known === values.kind);
	if (!kind) throw new TypeError(`"${values.kind}" is none of ${avsrKinds.join(', ')}`);
	const reference = v.parse(referenceSchema, JSON.parse(await readFile(referencePath, 'utf8')));
	const manifest = parseAvsrManifest(
		JSON.parse(await readFile(join(folder, manifestPath(kind)), 'utf8')),
	);
	if (!('graphs' in manifest)) throw new TypeError(manifest.join('; '));
	ort.env.logLevel = 'error';
	ort.env.wasm.numThreads = Number(values.threads ?? availableParallelism());
	const good: boolean[] = [];
	for (const arithmetic of arithmeticsOf[kind]) {
		good.push(await compareOne(manifest, arithmetic, folder, reference));
	}
	const peak = process.resourceUsage().maxRSS / 1024;
	console.log(`at most ${peak.toFixed(0)} MB of memory`);
	// The threads of the runtime would keep the process alive.
	process.exit(good.includes(false) ? 1 : 0);
}

async function compareOne(
	manifest: AvsrManifest,
	arithmetic: AvsrArithmetic,
	folder: string,
	reference: v.InferOutput<typeof referenceSchema>,
): Promise<boolean> {
	console.log(`-- ${manifest.kind}, arithmetic in ${arithmetic}`);
	const taps = tapsOf(reference.stages);
	const read = (path: string): Promise<Uint8Array> => readFile(join(folder, path));
	const options = { runtime: ort, manifest, arithmetic, read };
	const found = await runArtefact(options, [...taps.keys()]);
	const errors: number[] = [];
	const report = (name: string, values: Float32Array | undefined): void => {
		const stage = reference.stages[name];
		const error = stage && values ? relativeError(values, stage) : Number.NaN;
		errors.push(error);
		console.log(`${error.toExponential(1).padStart(9)}  ${name}`);
	};
	for (const [tap, name] of taps) {
		const values = found.stages.get(tap);
		const first = tap.startsWith('frontend3D') && values;
		report(name, first ? channelsFirst(values, publishedNetwork.stem) : values);
	}
	report('enc_final_ln [T][1024]', found.encoded);
	report('ctc_logprobs [T][5049]', found.ctc);
	prefixes.forEach(({ stage }, i) => report(stage, found.decoder[i]));
	const { units } = manifest.shape;
	const bestUnits = Array.from({ length: frames }, (_, t) => best(found.ctc, t, units));
	const same = bestUnits.filter((unit, t) => unit === reference.ctc_argmax_per_frame[t]).length;
	console.log(`best CTC unit as in the reference in ${same}/${frames} frames`);

	const all = [found.ctc, ...found.decoder];
	const kept = join(folder, 'outputs-fp32.bin');
	if (manifest.kind === 'fp32') {
		await writeFile(kept, Buffer.concat(all.map((values) => Buffer.from(values.buffer))));
		return errors.every((error) => error <= allowed) && same === frames;
	}
	const bytes = await readFile(kept).catch(() => null);
	if (!bytes) return true;
	const single = new Float32Array(Uint8Array.from(bytes).buffer);
	const split = found.ctc.length;
	console.log(`against fp32: CTC ${compare(found.ctc, single.subarray(0, split), units)}`);
	const decoded = Float32Array.from(found.decoder.flatMap((values) => Array.from(values)));
	console.log(`against fp32: decoder ${compare(decoded, single.subarray(split), units)}`);
	return true;
}

await main();
