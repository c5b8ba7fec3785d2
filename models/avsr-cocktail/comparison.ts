import * as v from 'valibot';
import { planGraph } from '../../src/lib/conversion/avsr/convert.ts';
import { publishedNetwork } from '../../src/lib/conversion/avsr/network.ts';
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

/** Frames of the reference's segment. */
export const referenceFrames = 25;

const stageSchema = v.object({
	shape: v.array(v.number()),
	mean: v.number(),
	abs_mean: v.number(),
	first5: v.array(v.number()),
	last5: v.array(v.number()),
});

/** Numbers of an independent implementation of the network, with weights by rule. */
export const referenceSchema = v.object({
	stages: v.record(v.string(), stageSchema),
	ctc_argmax_per_frame: v.array(v.number()),
});

type Stage = v.InferOutput<typeof stageSchema>;
export type Reference = v.InferOutput<typeof referenceSchema>;

/** The decoder's reference: units so far, and the stage that their log-probabilities are called. */
const prefixes = [
	{ tokens: [5048], stage: 'dec_logprobs_after_sos [5049]' },
	{ tokens: [5048, 17, 2500, 9], stage: 'dec_logprobs_after_[5048,17,2500,9] [5049]' },
];

/** What an artefact gives for the reference's segment. */
export interface ArtefactOutputs {
	/** The encoder's values by the name of their stage in the graph. */
	readonly stages: ReadonlyMap<string, Float32Array>;
	readonly encoded: Float32Array;
	/** The CTC head's log-probabilities, [frames, units]. */
	readonly ctc: Float32Array;
	/** The decoder's after each prefix of the reference, [units] each. */
	readonly decoder: readonly Float32Array[];
}

/** Does a piece of work, and may say how long it took. */
export type Timed = <T>(what: string, work: () => Promise<T>) => Promise<T>;

/** Runs the reference's segment through all three graphs; the encoder puts out its stages as well. */
export async function runArtefact(
	options: TrialOptions,
	reference: Reference,
	timed: Timed,
): Promise<ArtefactOutputs> {
	const { runtime, manifest, arithmetic, read, session = {} } = options;
	const { encoder, cross, decoder } = manifest.graphs;
	const tapped = [...tapsOf(reference.stages).keys()];
	const unread = (): Promise<Float32Array> => Promise.reject(new TypeError('no weights'));
	const { bytes } = planGraph(
		'encoder',
		publishedNetwork,
		manifest.kind,
		arithmetic,
		unread,
		tapped,
	);
	const inputs = encoderInputs(runtime, [referenceFrames], referenceFrames);
	const encoderSession = await timed('encoder: open', () =>
		openSession(runtime, bytes, encoder.data, read, session),
	);
	const encoded = await timed('encoder: first run', () => encoderSession.run(inputs));
	await timed('encoder: second run', () => encoderSession.run(inputs));
	await encoderSession.release();
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

/** Errors of every stage of the reference that the graphs have as well, as `relativeError` has them. */
export function stageErrors(
	found: ArtefactOutputs,
	{ stages }: Reference,
): { name: string; error: number }[] {
	const errors: { name: string; error: number }[] = [];
	const add = (name: string, values: Float32Array | undefined): void => {
		const stage = stages[name];
		errors.push({ name, error: stage && values ? relativeError(values, stage) : Number.NaN });
	};
	for (const [tap, name] of tapsOf(stages)) {
		const values = found.stages.get(tap);
		const first = tap.startsWith('frontend3D') && values;
		add(name, first ? channelsFirst(values, publishedNetwork.stem) : values);
	}
	add('enc_final_ln [T][1024]', found.encoded);
	add('ctc_logprobs [T][5049]', found.ctc);
	prefixes.forEach(({ stage }, i) => add(stage, found.decoder[i]));
	return errors;
}

/** In how many frames the best unit by CTC is the reference's. */
export function framesAsReference({ ctc }: ArtefactOutputs, reference: Reference): number {
	const units = ctc.length / referenceFrames;
	return reference.ctc_argmax_per_frame.filter((unit, t) => bestOf(ctc, t, units) === unit).length;
}

/** How log-probabilities differ from others. */
export interface Difference {
	readonly largest: number;
	/** Root of the mean square. */
	readonly rms: number;
	/** Rows whose best unit is the same. */
	readonly sameRows: number;
	readonly rows: number;
}

/** @param rowLength units in a row */
export function differenceOf(
	found: Float32Array,
	expected: Float32Array,
	rowLength: number,
): Difference {
	let largest = 0;
	let squares = 0;
	for (let i = 0; i < expected.length; i++) {
		const difference = Math.abs(found[i]! - expected[i]!);
		// Written so that what is no number is not passed over.
		if (!(difference <= largest)) largest = difference;
		squares += difference ** 2;
	}
	const rows = expected.length / rowLength;
	let sameRows = 0;
	for (let row = 0; row < rows; row++) {
		if (bestOf(found, row, rowLength) === bestOf(expected, row, rowLength)) sameRows++;
	}
	return { largest, rms: Math.sqrt(squares / expected.length), sameRows, rows };
}

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
	const rest = values.length / referenceFrames / channels;
	const out = new Float32Array(values.length);
	for (let t = 0; t < referenceFrames; t++) {
		for (let c = 0; c < channels; c++) {
			const from = (t * channels + c) * rest;
			out.set(values.subarray(from, from + rest), (c * referenceFrames + t) * rest);
		}
	}
	return out;
}

function bestOf(values: Float32Array, row: number, rowLength: number): number {
	let index = 0;
	for (let i = 1; i < rowLength; i++) {
		if (values[row * rowLength + i]! > values[row * rowLength + index]!) index = i;
	}
	return index;
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
