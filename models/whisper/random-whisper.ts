import type { MakeNumbers, WhisperStorage } from './layers.ts';
import { whisperDecoder, whisperEncoder, type WhisperShape } from './network.ts';

/** OpenAI's measures of the sizes that are timed, and of one that is small enough for tests. */
export const whisperShapes = {
	test: { mels: 80, width: 32, inner: 64, heads: 2, encoderLayers: 2, decoderLayers: 2 },
	tiny: { mels: 80, width: 384, inner: 1536, heads: 6, encoderLayers: 4, decoderLayers: 4 },
	base: { mels: 80, width: 512, inner: 2048, heads: 8, encoderLayers: 6, decoderLayers: 6 },
	small: { mels: 80, width: 768, inner: 3072, heads: 12, encoderLayers: 12, decoderLayers: 12 },
	medium: { mels: 80, width: 1024, inner: 4096, heads: 16, encoderLayers: 24, decoderLayers: 24 },
	turbo: { mels: 128, width: 1280, inner: 5120, heads: 20, encoderLayers: 32, decoderLayers: 4 },
} as const;

export type WhisperSize = keyof typeof whisperShapes;

/** Tokens of text: OpenAI's count, and one that is small enough for tests. */
const textTokens = { real: 50_257, test: 96 } as const;

/** The vocabulary's special tokens, in the order in which they follow the text. */
const languages = ['en', 'de', 'fr', 'zh'] as const;
const timestamps = 1501;

const suffixes: Readonly<Record<WhisperStorage, string>> = {
	fp32: '',
	q8: '_quantized',
	q4: '_q4',
};

export interface RandomWhisperOptions {
	readonly size: WhisperSize;
	readonly seed: number;
	readonly storages: readonly WhisperStorage[];
	/** Tokens at most, and layers of the encoder, where fewer than the size has will do. */
	readonly less?: { readonly tokens: number; readonly encoderLayers: number };
}

/**
 * A Whisper with random weights in the hub's layout: its files by their names there. It understands
 * nothing; it serves to test and to time what does not depend on what is understood.
 */
export function randomWhisper({
	size,
	seed,
	storages,
	less,
}: RandomWhisperOptions): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
	const text = size === 'test' ? textTokens.test : textTokens.real;
	const special = specialTokens();
	const measures = whisperShapes[size];
	const shape: WhisperShape = {
		...measures,
		tokens: 448,
		...less,
		vocabulary: text + special.length,
		frames: 1500,
	};
	const idOf = (content: string): number => text + special.indexOf(content);
	const files = new Map<string, Uint8Array<ArrayBuffer>>();
	const json = (name: string, value: unknown): void =>
		void files.set(name, new TextEncoder().encode(JSON.stringify(value)));
	json('config.json', {
		architectures: ['WhisperForConditionalGeneration'],
		model_type: 'whisper',
		is_encoder_decoder: true,
		d_model: shape.width,
		encoder_layers: shape.encoderLayers,
		encoder_attention_heads: shape.heads,
		encoder_ffn_dim: shape.inner,
		decoder_layers: shape.decoderLayers,
		decoder_attention_heads: shape.heads,
		decoder_ffn_dim: shape.inner,
		num_mel_bins: shape.mels,
		vocab_size: shape.vocabulary,
		max_source_positions: shape.frames,
		max_target_positions: shape.tokens,
		median_filter_width: 7,
	});
	json('generation_config.json', {
		decoder_start_token_id: idOf('<|startoftranscript|>'),
		eos_token_id: idOf('<|endoftext|>'),
		no_timestamps_token_id: idOf('<|notimestamps|>'),
		is_multilingual: true,
		lang_to_id: Object.fromEntries(languages.map((code) => [`<|${code}|>`, idOf(`<|${code}|>`)])),
		task_to_id: { transcribe: idOf('<|transcribe|>'), translate: idOf('<|translate|>') },
		suppress_tokens: [idOf('<|startoftranscript|>'), idOf('<|nospeech|>')],
		begin_suppress_tokens: [idOf('<|endoftext|>')],
		max_length: shape.tokens,
		// The upper half of the layers, two heads of each.
		alignment_heads: Array.from({ length: Math.ceil(shape.decoderLayers / 2) }, (_, i) => [
			[shape.decoderLayers - 1 - i, 0],
			[shape.decoderLayers - 1 - i, 1],
		]).flat(),
	});
	json('preprocessor_config.json', {
		feature_extractor_type: 'WhisperFeatureExtractor',
		processor_class: 'WhisperProcessor',
		feature_size: shape.mels,
		sampling_rate: 16_000,
		chunk_length: 30,
		hop_length: 160,
		n_fft: 400,
		n_samples: 480_000,
		nb_max_frames: 3000,
		padding_side: 'right',
		padding_value: 0,
		return_attention_mask: false,
	});
	json('tokenizer.json', tokenizer(text, special));
	json('tokenizer_config.json', {
		tokenizer_class: 'WhisperTokenizer',
		processor_class: 'WhisperProcessor',
		bos_token: '<|endoftext|>',
		eos_token: '<|endoftext|>',
		unk_token: '<|endoftext|>',
		add_prefix_space: false,
		model_max_length: 1024,
	});
	for (const storage of storages) {
		const encoder = whisperEncoder(shape, numbers(seed), storage);
		const decoder = whisperDecoder(shape, numbers(seed + 1), storage);
		files.set(`onnx/encoder_model${suffixes[storage]}.onnx`, encoder);
		files.set(`onnx/decoder_model_merged${suffixes[storage]}.onnx`, decoder);
	}
	return files;
}

function specialTokens(): readonly string[] {
	const times = Array.from({ length: timestamps }, (_, i) => `<|${(i * 0.02).toFixed(2)}|>`);
	return [
		'<|endoftext|>',
		'<|startoftranscript|>',
		...languages.map((code) => `<|${code}|>`),
		'<|translate|>',
		'<|transcribe|>',
		'<|startoflm|>',
		'<|startofprev|>',
		'<|nospeech|>',
		'<|notimestamps|>',
		...times,
	];
}

/** A byte-level BPE without merges: letters, then made-up words, each with a space before it. */
function tokenizer(text: number, special: readonly string[]): unknown {
	const letters = Array.from("abcdefghijklmnopqrstuvwxyz.,?'");
	const consonants = 'bdfghklmnprstvz';
	const vowels = 'aeiou';
	const word = (i: number): string => {
		let left = i;
		let made = '';
		do {
			made += consonants[left % consonants.length] ?? '';
			left = Math.floor(left / consonants.length);
			made += vowels[left % vowels.length] ?? '';
			left = Math.floor(left / vowels.length);
		} while (left > 0);
		return made;
	};
	const vocabulary = Object.fromEntries(
		Array.from({ length: text }, (_, i) => [letters[i] ?? `Ġ${word(i - letters.length)}`, i]),
	);
	return {
		version: '1.0',
		truncation: null,
		padding: null,
		added_tokens: special.map((content, i) => ({
			id: text + i,
			content,
			single_word: false,
			lstrip: false,
			rstrip: false,
			normalized: false,
			special: true,
		})),
		normalizer: null,
		pre_tokenizer: {
			type: 'ByteLevel',
			add_prefix_space: false,
			trim_offsets: true,
			use_regex: true,
		},
		post_processor: null,
		decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
		model: {
			type: 'BPE',
			dropout: null,
			unk_token: null,
			continuing_subword_prefix: '',
			end_of_word_suffix: '',
			fuse_unk: false,
			vocab: vocabulary,
			merges: [],
		},
	};
}

/** Numbers for a tensor of any name: gains 1, others even around 0, about as large as a trained network's. */
function numbers(seed: number): MakeNumbers {
	return (name, shape) => {
		const count = shape.reduce((product, length) => product * length, 1);
		const values = new Float32Array(count);
		// A network that is not sure of its words is not believed.
		if (name === 'last_layer_norm.weight') return values.fill(8);
		if (name.endsWith('norm.weight')) return values.fill(1);
		// The places of tokens speak louder than the tokens: so the text goes on instead of in circles.
		const fan = shape.slice(1).reduce((product, length) => product * length, 1);
		const scale =
			name === 'embed_positions' ? 2 : name === 'embed_tokens' ? 0.3 : Math.sqrt(3 / fan);
		let state = seed;
		for (const letter of name) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
		for (let i = 0; i < count; i++) {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
			values[i] = (state / 2 ** 31) * scale * (shape.length === 1 ? 0.05 : 1);
		}
		return values;
	};
}
