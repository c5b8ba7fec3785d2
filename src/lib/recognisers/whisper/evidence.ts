/** What speaks for and against the words of a chunk (Radford et al. 2022, section 4.5). */
export interface Evidence {
	/** Probability that nobody speaks, of the first step; 0 where the model has no word for it. */
	readonly noSpeech: number;
	/** Mean natural logarithm of the tokens' probabilities, the end counted. */
	readonly meanLogProb: number;
	/** Bytes of the text for one of its compressed form: text that repeats itself has a high one. */
	readonly compression: number;
}

/** The paper's thresholds. */
const limits = { noSpeech: 0.6, meanLogProb: -1, compression: 2.4 } as const;

/** Whether the text goes in circles; another attempt may not. */
export function repeats({ compression }: Evidence): boolean {
	return compression > limits.compression;
}

/** Whether there is reason to take the text for made up: nobody speaks and it is not sure, or it goes in circles. */
export function isMadeUp(evidence: Evidence): boolean {
	const silent = evidence.noSpeech > limits.noSpeech && evidence.meanLogProb < limits.meanLogProb;
	return silent || repeats(evidence);
}

/** Bytes of a text in UTF-8 for each byte of it that zlib leaves; 0 for an empty one. */
export async function compressionOf(text: string): Promise<number> {
	const bytes = new TextEncoder().encode(text);
	if (bytes.length === 0) return 0;
	const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
	return bytes.length / (await new Response(packed).arrayBuffer()).byteLength;
}
