import type { Gpu } from '../../inference/gpu.ts';
import type { Provider } from '../../inference/manifest.ts';
import type { AddedModel, HubPrecision } from '../added-model.ts';

/** What the two graphs of a Whisper are stored in. */
export interface WhisperPrecisions {
	readonly encoder: HubPrecision;
	readonly decoder: HubPrecision;
}

/** A size of Whisper that a person can add. */
export interface WhisperOffer {
	/** Also the model's id on the shelf and among the recognisers. */
	readonly id: string;
	readonly title: string;
	/** On the hub; exported with the attention between words and sound, which word times are read from. */
	readonly repository: string;
	readonly licence: string;
	/** What is taken for a device, and about how many bytes it comes to: the hub says exactly. */
	readonly variants: Readonly<Record<Provider, WhisperPrecisions & { readonly bytes: number }>>;
}

export type WhisperAbout = Extract<AddedModel, { family: 'whisper' }>;

/** OpenAI gives code and weights away under it. */
const licence = 'MIT';

const megabyte = 1e6;

/**
 * WebGPU: a decoder in 4 bits computes in single precision (in half precision it falls into loops); the
 * encoder in single precision where that is not too large, else in 4 bits as well. WebAssembly: 8 bits.
 */
function offer(
	size: string,
	title: string,
	gpuEncoder: HubPrecision,
	megabytes: Readonly<Record<Provider, number>>,
): WhisperOffer {
	return {
		id: `whisper-${size}`,
		title: `Whisper ${title}`,
		repository: `onnx-community/whisper-${size}_timestamped`,
		licence,
		variants: {
			webgpu: { encoder: gpuEncoder, decoder: 'q4', bytes: megabytes.webgpu * megabyte },
			wasm: { encoder: 'q8', decoder: 'q8', bytes: megabytes.wasm * megabyte },
		},
	};
}

/** From the smallest to the largest. Sizes are from the counts of parameters. */
export const whisperOffers: readonly WhisperOffer[] = [
	offer('tiny', 'tiny', 'fp32', { webgpu: 122, wasm: 44 }),
	offer('base', 'base', 'fp32', { webgpu: 208, wasm: 80 }),
	offer('small', 'small', 'fp32', { webgpu: 580, wasm: 252 }),
	offer('medium', 'medium', 'q4', { webgpu: 630, wasm: 775 }),
	offer('large-v3-turbo', 'large v3 turbo', 'q4', { webgpu: 700, wasm: 820 }),
];

/** The one that the set-up leaves beside the app. */
export const shippedWhisper = 'whisper-base';

/** What to know before Whisper is chosen for a recording of several conversations. */
export const whisperCaution =
	'Whisper does not see lips: where several people talk at once it writes down whom it hears best, in the words of every one of them.';

/** The offer of that id, or null for the id of anything else. */
export function whisperOffer(id: string): WhisperOffer | null {
	return whisperOffers.find((offer) => offer.id === id) ?? null;
}

/** How the hub ends the names of graphs. */
const suffixes: Readonly<Record<HubPrecision, string>> = {
	fp32: '',
	fp16: '_fp16',
	q8: '_quantized',
	q4: '_q4',
	q4f16: '_q4f16',
};

/** The files beside the graphs: shape, rules of decoding, features, vocabulary. */
export const whisperTexts = [
	'config.json',
	'generation_config.json',
	'preprocessor_config.json',
	'tokenizer.json',
	'tokenizer_config.json',
] as const;

/** The names of the two graphs in these precisions. */
export function whisperGraphs({ encoder, decoder }: WhisperPrecisions): {
	readonly encoder: string;
	readonly decoder: string;
} {
	return {
		encoder: `onnx/encoder_model${suffixes[encoder]}.onnx`,
		decoder: `onnx/decoder_model_merged${suffixes[decoder]}.onnx`,
	};
}

/** All files that are needed, by their names on the hub. */
export function whisperFiles(precisions: WhisperPrecisions): readonly string[] {
	const { encoder, decoder } = whisperGraphs(precisions);
	return [...whisperTexts, encoder, decoder];
}

/** What the shelf keeps of one. @param hub where it came from, or null for a folder */
export function whisperAbout(
	offer: string,
	{ encoder, decoder }: WhisperPrecisions,
	hub: WhisperAbout['hub'],
): WhisperAbout {
	return { family: 'whisper', offer, hub, encoder, decoder };
}

/**
 * Where a graph may run: 8 bits on WebAssembly alone (WebGPU computes them wrong), the others on the
 * GPU first.
 */
function whisperProviders(precision: HubPrecision): readonly Provider[] {
	return precision === 'q8' ? ['wasm'] : ['webgpu', 'wasm'];
}

/** Where both graphs may run here, the best first. */
export function placesOf(precisions: WhisperPrecisions, gpu: Gpu): readonly Provider[] {
	const onGpu = (['encoder', 'decoder'] as const).every((part) => {
		const half = precisions[part] === 'fp16' || precisions[part] === 'q4f16';
		const able = gpu.available && (!half || gpu.halfPrecision);
		return able && whisperProviders(precisions[part]).includes('webgpu');
	});
	return onGpu ? ['webgpu', 'wasm'] : ['wasm'];
}
