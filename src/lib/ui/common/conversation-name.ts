/** So many conversations differ in their looks: as many as have a pattern. */
export const conversationStyles = 8;

/**
 * Which colour and pattern a conversation has: those of the challenge, four at most, have a colour of
 * their own; the four after them, which a person may make, have the colours again with other patterns.
 * A ninth would look like the first: letters alone go on.
 */
export function conversationStyle(conversation: number): string {
	return String(conversation % conversationStyles);
}
