/** A thread that is kept longer than this at a time misses frames. In milliseconds. */
const sliceMilliseconds = 8;

/**
 * Runs a computation that pauses now and then, giving the part that is done (0 to 1), so that whatever
 * else waits for the thread has its turn in between.
 *
 * @throws the signal's reason when it aborts.
 */
export async function inSlices<T>(
	steps: Generator<number, T, undefined>,
	options: { signal?: AbortSignal | undefined; onPart?: ((part: number) => void) | undefined },
): Promise<T> {
	let until = performance.now() + sliceMilliseconds;
	for (;;) {
		options.signal?.throwIfAborted();
		const step = steps.next();
		if (step.done) return step.value;
		if (performance.now() < until) continue;
		options.onPart?.(step.value);
		await new Promise((resolve) => setTimeout(resolve, 0));
		until = performance.now() + sliceMilliseconds;
	}
}

/** Runs such a computation at one go. */
export function atOnce<T>(steps: Generator<number, T, undefined>): T {
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
	}
}
