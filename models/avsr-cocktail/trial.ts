import type * as Ort from 'onnxruntime-web';
import type { Runtime } from '../../src/lib/inference/runtime.ts';
import { cacheNames, lipSide, soundWidth } from '../../src/lib/recognisers/avsr/graphs.ts';
import type {
	AvsrArithmetic,
	AvsrGraph,
	AvsrManifest,
} from '../../src/lib/recognisers/avsr/manifest.ts';

/**
 * One segment by formula: waves for sound, a moving pattern for lips. `lips` [frames, 88, 88] and
 * `audio` [frames, 104], both normalised.
 */
export function trialSegment(frames: number): { lips: Float32Array; audio: Float32Array } {
	const audio = new Float32Array(frames * soundWidth);
	const lips = new Float32Array(frames * lipSide * lipSide);
	for (let t = 0; t < frames; t++) {
		for (let j = 0; j < soundWidth; j++) {
			audio[t * soundWidth + j] =
				1.3 * Math.sin(0.37 * t + 0.21 * j) + 0.7 * Math.cos(0.05 * t * ((j % 26) + 1));
		}
		for (let y = 0; y < lipSide; y++) {
			for (let x = 0; x < lipSide; x++) {
				const wave = 80 * Math.sin(0.11 * x + 0.07 * y + 0.5 * t);
				const ripple = 40 * Math.cos(0.05 * x - 0.13 * y + 0.23 * t);
				const grey = Math.max(0, Math.min(255, Math.floor(127.5 + wave + ripple)));
				lips[(t * lipSide + y) * lipSide + x] = (grey / 255 - 0.421) / 0.165;
			}
		}
	}
	return { lips, audio };
}

/** Gives a file of an artefact. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** Opens the sessions of an artefact. The caller releases them. */
export interface TrialOptions {
	readonly runtime: Runtime;
	readonly manifest: AvsrManifest;
	readonly arithmetic: AvsrArithmetic;
	readonly read: ReadFile;
	readonly session?: Ort.InferenceSession.SessionOptions;
}

/** Opens one graph of an artefact with its weights. The caller releases the session. */
export async function openGraph(
	{ runtime, arithmetic, read, session = {} }: TrialOptions,
	{ graphs, data }: AvsrGraph,
): Promise<Ort.InferenceSession> {
	const graph = graphs[arithmetic];
	if (!graph) throw new TypeError(`The artefact has no graph that computes in ${arithmetic}`);
	return openSession(runtime, await read(graph.path), data, read, session);
}

/** Opens a graph from its bytes, with these files of weights. The caller releases the session. */
export async function openSession(
	runtime: Runtime,
	graph: Uint8Array,
	data: AvsrGraph['data'],
	read: ReadFile,
	options: Ort.InferenceSession.SessionOptions = {},
): Promise<Ort.InferenceSession> {
	const externalData = [];
	for (const { path } of data) externalData.push({ path, data: await read(path) });
	return runtime.InferenceSession.create(graph, { logSeverityLevel: 3, ...options, externalData });
}

/**
 * What the encoder takes, for segments by formula.
 *
 * @param frames of each segment
 * @param padded frames of the tensors; what is beyond a segment's end is `filler`
 */
export function encoderInputs(
	runtime: Runtime,
	frames: readonly number[],
	padded: number,
	filler = 0,
): Record<'lips' | 'audio' | 'mask', Ort.Tensor> {
	const picture = lipSide * lipSide;
	const lips = new Float32Array(frames.length * padded * picture).fill(filler);
	const audio = new Float32Array(frames.length * padded * soundWidth).fill(filler);
	const mask = new Float32Array(frames.length * padded);
	frames.forEach((count, i) => {
		const segment = trialSegment(count);
		lips.set(segment.lips, i * padded * picture);
		audio.set(segment.audio, i * padded * soundWidth);
		mask.fill(1, i * padded, i * padded + count);
	});
	const batch = frames.length;
	return {
		lips: new runtime.Tensor('float32', lips, [batch, padded, lipSide, lipSide]),
		audio: new runtime.Tensor('float32', audio, [batch, padded, soundWidth]),
		mask: new runtime.Tensor('float32', mask, [batch, padded]),
	};
}

/** The decoder's empty caches, for its first step. */
export function emptyCaches(
	runtime: Runtime,
	{ shape }: AvsrManifest,
	arithmetic: AvsrArithmetic,
): Record<string, Ort.Tensor> {
	const { decoderHeads: heads, decoderLayers, width } = shape;
	const empty = (dims: number[]): Ort.Tensor =>
		arithmetic === 'float32'
			? new runtime.Tensor('float32', new Float32Array(0), dims)
			: new runtime.Tensor('float16', new Uint16Array(0), dims);
	const caches: Record<string, Ort.Tensor> = {};
	for (let layer = 0; layer < decoderLayers; layer++) {
		const names = cacheNames(layer);
		caches[names.selfKey] = empty([1, heads, width / heads, 0]);
		caches[names.selfValue] = empty([1, heads, 0, width / heads]);
	}
	return caches;
}

/** One step's inputs besides caches and mask. `tokens` [segments][hypotheses]. */
export function stepInputs(
	runtime: Runtime,
	tokens: readonly (readonly number[])[],
	parents: readonly number[],
	position: number,
): Record<'tokens' | 'parents' | 'position', Ort.Tensor> {
	const int = (values: readonly number[], dims: number[]): Ort.Tensor =>
		new runtime.Tensor('int32', Int32Array.from(values), dims);
	return {
		tokens: int(tokens.flat(), [tokens.length, tokens[0]?.length ?? 0]),
		parents: int(parents, [parents.length]),
		position: int([position], [1]),
	};
}

/** A step's new caches as the next step's caches. */
export function nextCaches(
	outputs: Ort.InferenceSession.OnnxValueMapType,
): Record<string, Ort.Tensor> {
	const caches: Record<string, Ort.Tensor> = {};
	for (const [name, tensor] of Object.entries(outputs)) {
		if (name.startsWith('new_')) caches[name.slice('new_'.length)] = tensor;
	}
	return caches;
}

/** Numbers of an output, wherever it lies. @throws TypeError when it is not in single precision. */
export async function numbersOf(tensor: Ort.Tensor | undefined): Promise<Float32Array> {
	const data = await tensor?.getData();
	if (!(data instanceof Float32Array)) throw new TypeError('not in single precision');
	return data;
}

/** Largest difference between two runs of numbers; not a number when their lengths differ. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
	if (found.length !== expected.length) return Number.NaN;
	let largest = 0;
	for (let i = 0; i < expected.length; i++) {
		const difference = Math.abs(found[i]! - expected[i]!);
		if (!(difference <= largest)) largest = difference;
	}
	return largest;
}

/** What an independent implementation gives for the reduced network (`reference.py`). */
export interface Golden {
	readonly frames: number;
	/** Units of one hypothesis, sos first. */
	readonly tokens: readonly number[];
	/** [frames][width] */
	readonly encoded: readonly number[];
	/** [frames][units] */
	readonly ctc: readonly number[];
	/** [tokens][units], after each of the tokens */
	readonly decoder: readonly (readonly number[])[];
}

/**
 * Runs all three graphs as a recogniser does.
 *
 * @param padding frames of padding after the segment
 * @returns largest errors: of the encoder, of the CTC head, of the decoder after each token
 */
export async function runGolden(
	options: TrialOptions,
	golden: Golden,
	padding: number,
): Promise<number[]> {
	const { runtime, manifest, arithmetic } = options;
	const { width, units } = manifest.shape;
	const inputs = encoderInputs(runtime, [golden.frames], golden.frames + padding, 0.5);
	const encoder = await openGraph(options, manifest.graphs.encoder);
	const cross = await openGraph(options, manifest.graphs.cross);
	const decoder = await openGraph(options, manifest.graphs.decoder);
	const { encoded, log_probs: ctc } = await encoder.run(inputs);
	if (!encoded) throw new TypeError('the encoder gives no output');
	const crossCaches = await cross.run({ encoded });
	const head = async (tensor: Ort.Tensor | undefined, rowLength: number): Promise<Float32Array> =>
		(await numbersOf(tensor)).subarray(0, golden.frames * rowLength);
	const errors = [
		largestDifference(await head(encoded, width), golden.encoded),
		largestDifference(await head(ctc, units), golden.ctc),
	];
	let caches = emptyCaches(runtime, manifest, arithmetic);
	for (const [position, token] of golden.tokens.entries()) {
		const outputs = await decoder.run({
			...stepInputs(runtime, [[token]], [0], position),
			mask: inputs.mask,
			...crossCaches,
			...caches,
		});
		caches = nextCaches(outputs);
		const found = await numbersOf(outputs['log_probs']);
		errors.push(largestDifference(found, golden.decoder[position] ?? []));
	}
	for (const session of [encoder, cross, decoder]) await session.release();
	return errors;
}
