/** So many conversations differ in their colour (tokens.css). */
export const conversationColours = 16;
/** So many patterns go with the colours (patterns.css). */
export const conversationPatterns = 8;
/** So many conversations differ in their looks. */
export const conversationStyles = 32;

/** The places of a conversation's colour and pattern; every later one looks like an earlier one. */
export interface ConversationLooks {
	readonly colour: number;
	readonly pattern: number;
}

/**
 * How a conversation of any number looks: sixteen have a colour of their own, the sixteen after them the
 * same colours with other patterns. Then looks come again, and only letters differ.
 */
export function conversationLooks(conversation: number): ConversationLooks {
	const place = conversation % conversationStyles;
	const round = Math.floor(place / conversationColours);
	return {
		colour: place % conversationColours,
		pattern: (place + round) % conversationPatterns,
	};
}

/** The same as words of the attribute that styles go by. */
export function conversationStyle(conversation: number): string {
	const { colour, pattern } = conversationLooks(conversation);
	return `colour-${String(colour)} pattern-${String(pattern)}`;
}
