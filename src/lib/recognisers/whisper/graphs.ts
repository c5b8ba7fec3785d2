import type { LoadedModel } from '../../inference/loaded-model.ts';
import type { WhisperRules } from './rules.ts';

/** The two graphs of a Whisper as the hub has them, loaded with the outputs of `heldOutputs` held. */
export interface WhisperGraphs {
	/** `input_features` [1, mels, 3000] to `last_hidden_state` [1, 1500, width]. */
	readonly encoder: LoadedModel;
	/**
	 * `input_ids` [1, T], `encoder_hidden_states` and `past_key_values.*` to `logits` [1, T, vocabulary],
	 * `present.*` and `cross_attentions.<layer>` [1, heads, T, 1500]; with `use_cache_branch` where one graph
	 * does the first step and the others.
	 */
	readonly decoder: LoadedModel;
}

export const encodedName = 'last_hidden_state';

const sides = ['decoder', 'encoder'] as const;
const kinds = ['key', 'value'] as const;

/** The keys and values of all layers, without what they begin with: `0.decoder.key` and so on. */
export function cacheNames(layers: number, side: 'decoder' | 'encoder'): readonly string[] {
	return Array.from({ length: layers }, (_, layer) =>
		kinds.map((kind) => `${layer}.${side}.${kind}`),
	).flat();
}

/** Which outputs of each graph go on to another step without being read. */
export function heldOutputs({ layers }: WhisperRules): {
	readonly encoder: readonly string[];
	readonly decoder: readonly string[];
} {
	return {
		encoder: [encodedName],
		decoder: sides.flatMap((side) => cacheNames(layers, side).map((name) => `present.${name}`)),
	};
}

/** Output with the attention of a layer. */
export function attentionName(layer: number): string {
	return `cross_attentions.${layer}`;
}

/** What the decoder lacks of what is read from it. */
export function missingOutputs(
	{ outputNames }: Pick<LoadedModel, 'outputNames'>,
	{ alignmentHeads }: WhisperRules,
): readonly string[] {
	const wanted = ['logits', ...alignmentHeads.map(({ layer }) => attentionName(layer))];
	return wanted.filter((name) => !outputNames.includes(name));
}
