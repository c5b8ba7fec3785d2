/** Calls `make` at most once at a time and keeps its result; a failure is forgotten, so a retry can work. */
export function memo<T>(make: () => Promise<T>): () => Promise<T> {
	let kept: Promise<T> | null = null;
	return () => {
		kept ??= make().catch((error: unknown) => {
			kept = null;
			throw error;
		});
		return kept;
	};
}
