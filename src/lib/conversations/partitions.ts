/** Members of each conversation of the challenge, and how many conversations a session can have. */
export const fewestMembers = 2;
export const mostMembers = 4;
export const mostConversations = 4;

/** Ways to choose `count` of `items`, in order. */
function* combinations(items: readonly number[], count: number): Generator<number[]> {
	if (count === 0) {
		yield [];
		return;
	}
	for (const [i, item] of items.entries()) {
		for (const rest of combinations(items.slice(i + 1), count - 1)) yield [item, ...rest];
	}
}

function* complete(rest: readonly number[], groups: readonly number[][]): Generator<number[][]> {
	const [first, ...others] = rest;
	if (first === undefined) {
		yield [...groups];
		return;
	}
	if (groups.length === mostConversations) return;
	for (let size = fewestMembers; size <= mostMembers; size += 1) {
		for (const chosen of combinations(others, size - 1)) {
			const left = others.filter((item) => !chosen.includes(item));
			yield* complete(left, [...groups, [first, ...chosen]]);
		}
	}
}

/**
 * Every way to divide `count` speakers into conversations of two to four, at most four of them, always
 * in the same order. A single speaker is a conversation of one.
 */
export function allowedPartitions(count: number): number[][][] {
	if (count === 1) return [[[0]]];
	return [
		...complete(
			Array.from({ length: count }, (_, i) => i),
			[],
		),
	];
}
