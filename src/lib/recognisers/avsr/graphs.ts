/**
 * The three graphs of the AV-HuBERT recogniser ("avsr-cocktail", baseline BL1 and BL4 of the MCoRec
 * challenge) as the builder writes them and the decoder runs them: names, shapes and types of all
 * inputs and outputs. B segments (clips) at once, padded to T frames; W hypotheses for each; V units.
 *
 * encoder, once a batch of segments:
 * - `lips` float32 [B, T, 88, 88], grey, (x / 255 - 0.421) / 0.165
 * - `audio` float32 [B, T, 104], four stacked log-mel frames, normalised
 * - `mask` float32 [B, T], 1 for a frame of the segment, 0 for padding after its end. What stands in
 *   the padding of `lips` and `audio` does not matter (it must be finite), and the frames of the
 *   segment come out as if there were no padding; what comes out for padding means nothing.
 * - → `encoded` float32 [B, T, width]
 * - → `log_probs` float32 [B, T, V], the CTC head's log-softmax; blank is 0
 *
 * cross, once a batch of segments:
 * - `encoded` float32 [B, T, width]
 * - → `cross_key_0` … [B, heads, headWidth, T] and `cross_value_0` … [B, heads, T, headWidth], a pair
 *   for each decoder layer, of the type the graph computes in (the cache type)
 *
 * decoder, once a step of the beam search, for all hypotheses of all segments:
 * - `tokens` int32 [B, W], the last unit of each hypothesis (sos in the first step, where W is 1)
 * - `parents` int32 [B W], for each hypothesis the row of the caches it continues, from 0 to
 *   (rows of the caches) - 1; so the caches need never be put in order, nor leave the GPU, between
 *   steps, and W may change
 * - `position` int32 [1], how many units precede (0 for sos); at most `maxPositions` - 1
 * - `mask` float32 [B, T], the encoder's
 * - `cross_key_0` … `cross_value_0` …, as above
 * - `self_key_0` … [rows, heads, headWidth, position] and `self_value_0` … [rows, heads, position,
 *   headWidth], of the cache type. In the first step they are empty: one row, position 0
 * - → `log_probs` float32 [B, W, V], the decoder's log-softmax for the next unit
 * - → `new_self_key_0` … [B W, heads, headWidth, position + 1] and `new_self_value_0` … [B W, heads,
 *   position + 1, headWidth], the next step's `self_…`
 *
 * Keys lie transposed so that no step has to turn them. Hypotheses of one segment share its cross
 * keys and values: nothing of them is repeated W times.
 *
 * T is a free dimension of one graph rather than a graph each for 125, 250 and 375 frames: a session
 * holds its own copy of the weights, so three would hold three. Running at the `frameBuckets` alone
 * gives what fixed shapes are for: shaders are compiled, and buffers sized, three times and no more.
 * Nothing in the encoder depends on a shape that is computed as it runs, but for reshaping, which
 * needs no data from the GPU.
 *
 * The encoder's largest tensors are the first layer's, 64 x 44 x 44 numbers a frame: 186 MB for 375
 * frames in single precision, half of it in half precision, three of them at once. B T is what a GPU's
 * limits (`maxStorageBufferBindingSize`) and memory allow.
 */
export const frameBuckets = [125, 250, 375] as const;

/** Side of a lip picture, in pixels. */
export const lipSide = 88;

/** Values of one frame's sound: 26 log-mel energies of four frames at 100 Hz. */
export const soundWidth = 104;

/** Names of one decoder layer's keys and values in the graphs above. */
export interface CacheNames {
	readonly crossKey: string;
	readonly crossValue: string;
	readonly selfKey: string;
	readonly selfValue: string;
	readonly newSelfKey: string;
	readonly newSelfValue: string;
}

/** @param layer from 0 */
export function cacheNames(layer: number): CacheNames {
	return {
		crossKey: `cross_key_${layer}`,
		crossValue: `cross_value_${layer}`,
		selfKey: `self_key_${layer}`,
		selfValue: `self_value_${layer}`,
		newSelfKey: `new_self_key_${layer}`,
		newSelfValue: `new_self_value_${layer}`,
	};
}

/**
 * The smallest bucket that holds so many frames.
 *
 * @throws TypeError for more frames than the largest holds; segments are cut before.
 */
export function bucketOf(frames: number): number {
	const bucket = frameBuckets.find((size) => size >= frames);
	if (bucket === undefined)
		throw new TypeError(`${frames} frames are more than a segment may have`);
	return bucket;
}
