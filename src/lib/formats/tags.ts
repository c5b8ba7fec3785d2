/** A stretch from `<` to the next `>`, in UTF-16 units. */
interface Tag {
	readonly start: number;
	/** After the `>`. */
	readonly end: number;
}

/**
 * The tags of a text, one after the other. Work grows with the length of the text: a pattern such as
 * `<[^>]*>` looks through all that follows at each `<` that is never closed.
 */
export function* tagsIn(text: string): Generator<Tag, void, undefined> {
	let end = 0;
	for (;;) {
		const start = text.indexOf('<', end);
		if (start < 0) return;
		end = text.indexOf('>', start) + 1;
		if (end === 0) return;
		yield { start, end };
	}
}

/** The text with its tags taken out. */
export function withoutTags(text: string): string {
	let kept = '';
	let from = 0;
	for (const { start, end } of tagsIn(text)) {
		kept += text.slice(from, start);
		from = end;
	}
	return kept + text.slice(from);
}
