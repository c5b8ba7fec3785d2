/** What speaks for and against the words of a chunk (Radford et al. 2022, section 4.5). */
export interface Evidence {
	/** Probability that nobody speaks, of the first step; 0 where the model has no word for it. */
	readonly noSpeech: number;
	/** Mean natural logarithm of the tokens' probabilities, the end counted. */
	readonly meanLogProb: number;
	/** Bytes of the text for one of its compressed form: text that repeats itself has a high one. */
	readonly compression: number;
	/** Whether drawing tokens was given up, because one phrase came over and over. */
	readonly looped: boolean;
}

/** The paper's thresholds. */
const limits = { noSpeech: 0.6, meanLogProb: -1, compression: 2.4 } as const;

/** Whether a text repeats itself as none does that is said. */
export function repeats({
	compression,
	looped,
}: Pick<Evidence, 'compression' | 'looped'>): boolean {
	return looped || compression > limits.compression;
}

/** Whether the network was so unsure of its words that others may be as likely. */
function isUnsure(meanLogProb: number): boolean {
	return meanLogProb < limits.meanLogProb;
}

/** Whether nobody speaks: no other attempt finds words then. */
export function isSilent({ noSpeech, meanLogProb }: Evidence): boolean {
	return noSpeech > limits.noSpeech && isUnsure(meanLogProb);
}

/** Whether there is reason to take the text for made up: it goes in circles, or is not sure. */
export function isMadeUp(evidence: Evidence): boolean {
	return repeats(evidence) || isUnsure(evidence.meanLogProb);
}

/** Bytes of a text in UTF-8 for each byte of it that zlib leaves; 0 for an empty one. */
export async function compressionOf(text: string): Promise<number> {
	const bytes = new TextEncoder().encode(text);
	if (bytes.length === 0) return 0;
	const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
	return bytes.length / (await new Response(packed).arrayBuffer()).byteLength;
}
