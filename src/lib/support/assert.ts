/** A fault of our own: a state the code holds to be impossible. */
export class AssertionError extends Error {
	override readonly name = 'AssertionError';
}

/** @throws AssertionError unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
	if (!condition) throw new AssertionError(message);
}

/** The value itself. @throws AssertionError when it is null or undefined. */
export function present<T>(value: T | null | undefined, what: string): T {
	if (value === null || value === undefined) throw new AssertionError(`${what} is missing`);
	return value;
}
