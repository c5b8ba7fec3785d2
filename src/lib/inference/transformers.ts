import type * as Transformers from '@huggingface/transformers';
import { TransformersRuntime } from './transformers-runtime.ts';
import type { Inference } from './inference.ts';
import type { Tensor } from './model.ts';

type Library = typeof Transformers;

/** What a Whisper hears and writes with. */
export interface WhisperText {
	/** Log-mel features of at most 30 s at 16 kHz, as [1, mels, 3000]. */
	features(audio: Float32Array): Promise<Tensor>;
	/** The text of some tokens, special ones left out. */
	decode(ids: number[]): string;
}

/** A model's files, parsed. */
export interface WhisperTextFiles {
	readonly preprocessor: Readonly<Record<string, unknown>>;
	readonly tokenizer: unknown;
	readonly tokenizerConfig: unknown;
}

/**
 * Loads transformers.js when it is first needed (0.45 MB). What it computes, it computes with
 * `inference`: by itself it would fetch a runtime from a CDN. It reads no files, neither from the hub nor
 * from our own address: what it needs is handed to it.
 */
async function loadTransformers(inference: Inference): Promise<Library> {
	TransformersRuntime.install().inference = inference;
	const library = await import('@huggingface/transformers');
	const { env } = library;
	env.allowRemoteModels = false;
	env.allowLocalModels = false;
	env.useBrowserCache = false;
	env.useWasmCache = false;
	env.fetch = () => Promise.reject(new TypeError('transformers.js does not load anything here'));
	return library;
}

const samplesPerFrame = 160;

/** Sound after the end that the last frames of features see: half a window, rounded up. */
const tailSamples = 2 * samplesPerFrame;

/**
 * transformers.js's feature extractor and tokenizer over files that are here already.
 *
 * @throws Error for files that it does not understand.
 */
export async function loadWhisperText(
	inference: Inference,
	files: WhisperTextFiles,
): Promise<WhisperText> {
	const { WhisperFeatureExtractor, WhisperTokenizer } = await loadTransformers(inference);
	const extractor = new WhisperFeatureExtractor({ ...files.preprocessor });
	const tokenizer = new WhisperTokenizer(files.tokenizer, files.tokenizerConfig);
	return {
		features: async (audio) => {
			// Frames beyond the sound are alike; only the first of them are computed.
			const length = Math.ceil((audio.length + tailSamples) / samplesPerFrame) * samplesPerFrame;
			const { input_features: found } = await extractor._call(audio, { max_length: length });
			return padded(found);
		},
		decode: (ids) => tokenizer.decode(ids, { skip_special_tokens: true }),
	};
}

/** Frames of features of 30 s. */
const featureFrames = 3000;

/** Features are log10 over 4, plus 1, cut off 8 powers of ten below the highest. */
const silence = (Math.log10(1e-10) + 4) / 4;
const depth = 8 / 4;

/** Features filled up to 30 s with those of silence. */
function padded({ dims, data }: Transformers.Tensor): Tensor {
	const [, mels = 0, frames = 0] = dims;
	if (!(data instanceof Float32Array)) throw new TypeError('features of another type');
	let highest = Number.NEGATIVE_INFINITY;
	for (const value of data) highest = Math.max(highest, value);
	const out = new Float32Array(mels * featureFrames).fill(Math.max(silence, highest - depth));
	const kept = Math.min(frames, featureFrames);
	for (let mel = 0; mel < mels; mel++) {
		out.set(data.subarray(mel * frames, mel * frames + kept), mel * featureFrames);
	}
	return { type: 'float32', dims: [1, mels, featureFrames], data: out };
}
