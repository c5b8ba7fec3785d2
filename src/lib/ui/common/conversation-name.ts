/** `A` for conversation 0, and so on; the letter stands wherever the colour does. */
export function conversationLetter(conversation: number): string {
	return conversation < 26
		? String.fromCodePoint(65 + conversation)
		: `#${String(conversation + 1)}`;
}

/** Which of the four colours and patterns a conversation has. */
export function conversationStyle(conversation: number): string {
	return String(conversation % 4);
}
