/** Which of the four colours and patterns a conversation has. */
export function conversationStyle(conversation: number): string {
	return String(conversation % 4);
}
