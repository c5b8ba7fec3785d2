/** What speaks for two people being in one conversation. Positive values speak for it. */
export interface PairEvidence {
	readonly a: string;
	readonly b: string;
	/** Natural log of the likelihood ratio, same conversation against different ones. */
	readonly logLikelihoodRatio: number;
	/** Fraction of their joint speech during which both talk, 0 to 1. */
	readonly overlapFraction: number;
	/** Floor changes from one to the other within two seconds, per minute. */
	readonly turnsPerMinute: number;
	/** Correlation of their smoothed, standardised activity, -1 to 1. */
	readonly correlation: number;
}

/** Who talks with whom. */
export interface Conversations {
	/**
	 * Conversation number by speaker: 0, 1, ... in order of first appearance (the baseline's method
	 * keeps its own numbering).
	 */
	readonly clusters: ReadonlyMap<string, number>;
	readonly evidence: readonly PairEvidence[];
	/** Posterior of the chosen partition among all allowed ones, 0 to 1; null where a method has none. */
	readonly confidence: number | null;
}

/**
 * `A` for conversation 0, `B` for 1, `AA` after `Z`, and so on; the letters stand wherever the colour
 * does.
 */
export function conversationLetter(conversation: number): string {
	const last = String.fromCodePoint(65 + (conversation % 26));
	return conversation < 26 ? last : conversationLetter(Math.floor(conversation / 26) - 1) + last;
}
