import * as v from 'valibot';
import { ConfabError } from '../../support/errors.ts';

const token = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const tokens = v.nullish(v.array(token), []);

const configSchema = v.object({
	model_type: v.literal('whisper'),
	d_model: count,
	decoder_layers: count,
	decoder_attention_heads: count,
	vocab_size: count,
	num_mel_bins: count,
	max_source_positions: count,
	max_target_positions: count,
	median_filter_width: v.optional(count, 7),
});

const generationSchema = v.object({
	decoder_start_token_id: token,
	eos_token_id: v.union([token, v.pipe(v.array(token), v.minLength(1))]),
	no_timestamps_token_id: token,
	is_multilingual: v.optional(v.boolean(), true),
	lang_to_id: v.nullish(v.record(v.string(), token), {}),
	task_to_id: v.nullish(v.record(v.string(), token), {}),
	suppress_tokens: tokens,
	begin_suppress_tokens: tokens,
	alignment_heads: v.pipe(v.array(v.tuple([token, token])), v.minLength(1)),
});

const vocabularySchema = v.object({
	added_tokens: v.array(v.object({ id: token, content: v.string() })),
});

/** One head of attention: its layer and its place there. */
export interface AttentionHead {
	readonly layer: number;
	readonly head: number;
}

/** What decoding has to know of one Whisper. */
export interface WhisperRules {
	readonly layers: number;
	readonly heads: number;
	readonly headWidth: number;
	readonly vocabularySize: number;
	/** Bands of the features. */
	readonly mels: number;
	/** Frames that the encoder puts out: 50 a second, 30 s. */
	readonly encodedFrames: number;
	/** Tokens at most, what comes before the text counted. */
	readonly maximumTokens: number;
	readonly startToken: number;
	readonly endToken: number;
	/** Its probability says that nobody speaks; null for a vocabulary without it. */
	readonly noSpeechToken: number | null;
	/** Comes after the start in a model that knows languages; null in one of English alone. */
	readonly transcribeToken: number | null;
	readonly noTimestampsToken: number;
	/** The token of each language, by its code; empty in a model of English alone. */
	readonly languageTokens: ReadonlyMap<string, number>;
	readonly neverTokens: readonly number[];
	readonly neverFirstTokens: readonly number[];
	/** The heads that follow the sound; word times are read from them. */
	readonly alignmentHeads: readonly AttentionHead[];
	/** Frames that the attention is smoothed over, for the same purpose. */
	readonly medianWidth: number;
}

/**
 * Reads the rules out of a model's files.
 *
 * @throws ConfabError `ModelUnavailable` when they are not those of a Whisper with word times.
 */
export function readRules(files: {
	readonly config: unknown;
	readonly generation: unknown;
	readonly tokenizer: unknown;
}): WhisperRules {
	const config = parse(configSchema, files.config, 'config.json');
	const generation = parse(generationSchema, files.generation, 'generation_config.json');
	const vocabulary = parse(vocabularySchema, files.tokenizer, 'tokenizer.json');
	const { eos_token_id: end, lang_to_id: languages, task_to_id: tasks } = generation;
	const noSpeech = vocabulary.added_tokens.find(({ content }) =>
		/^<\|(nospeech|nocaptions)\|>$/.test(content),
	);
	const languageTokens = new Map(
		Object.entries(languages ?? {}).map(([name, id]) => [name.replace(/^<\||\|>$/g, ''), id]),
	);
	const many = generation.is_multilingual && languageTokens.size > 0;
	return {
		layers: config.decoder_layers,
		heads: config.decoder_attention_heads,
		headWidth: config.d_model / config.decoder_attention_heads,
		vocabularySize: config.vocab_size,
		mels: config.num_mel_bins,
		encodedFrames: config.max_source_positions,
		maximumTokens: config.max_target_positions,
		startToken: generation.decoder_start_token_id,
		endToken: Array.isArray(end) ? (end[0] ?? 0) : end,
		noSpeechToken: noSpeech?.id ?? null,
		transcribeToken: many ? (tasks?.['transcribe'] ?? null) : null,
		noTimestampsToken: generation.no_timestamps_token_id,
		languageTokens: many ? languageTokens : new Map(),
		neverTokens: generation.suppress_tokens ?? [],
		neverFirstTokens: generation.begin_suppress_tokens ?? [],
		alignmentHeads: generation.alignment_heads.map(([layer, head]) => ({ layer, head })),
		medianWidth: config.median_filter_width,
	};
}

function parse<T>(schema: v.GenericSchema<unknown, T>, json: unknown, file: string): T {
	const parsed = v.safeParse(schema, json);
	if (parsed.success) return parsed.output;
	throw new ConfabError(
		'ModelUnavailable',
		`${file} is not that of a Whisper with word times. Take one of the hub's "…_timestamped" repositories.`,
		{
			problems: parsed.issues.map((issue) => ({
				file,
				field: v.getDotPath(issue) ?? '',
				message: issue.message,
			})),
		},
	);
}
