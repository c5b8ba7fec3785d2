import { ConfabError, errorCodes, messageOf, type ErrorCode, type Problem } from './errors.ts';

/** An error as plain data, so that it keeps its code, findings and causes between threads. */
export interface WireError {
	readonly name: string;
	readonly message: string;
	readonly stack: string | null;
	readonly code: ErrorCode | null;
	readonly problems: readonly Problem[];
	readonly cause: WireError | null;
}

const deepestCause = 5;

/** Plain data of anything that was thrown, with its causes down to the fifth. */
export function toWire(thrown: unknown, depth = 0): WireError {
	const error = thrown instanceof Error || thrown instanceof DOMException ? thrown : null;
	const cause: unknown = error instanceof Error ? error.cause : undefined;
	return {
		name: error?.name ?? 'Error',
		message: messageOf(thrown),
		stack: error?.stack ?? null,
		code: thrown instanceof ConfabError ? thrown.code : null,
		problems: thrown instanceof ConfabError ? thrown.problems : [],
		cause: cause === undefined || depth >= deepestCause ? null : toWire(cause, depth + 1),
	};
}

/** The error again: a `ConfabError` or an `AbortError` stays one, all else becomes an `Error` of its name. */
export function fromWire(wire: WireError): Error {
	const cause = wire.cause ? fromWire(wire.cause) : undefined;
	if (wire.name === 'AbortError') return new DOMException(wire.message, 'AbortError');
	if (wire.code !== null && errorCodes.includes(wire.code)) {
		return new ConfabError(wire.code, wire.message, { cause, problems: wire.problems });
	}
	const error = new Error(wire.message, cause === undefined ? undefined : { cause });
	error.name = wire.name;
	if (wire.stack !== null) error.stack = wire.stack;
	return error;
}
