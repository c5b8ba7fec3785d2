/**
 * What can go wrong in the world outside Confab's own code. The set is closed on purpose: the screens
 * turn a code into words (what happened, what is kept, what to do), nothing else does.
 *
 * Two other kinds of failure exist: a `TypeError` for a caller that breaks a function's contract and
 * an `AssertionError` (see assert.ts) for a fault of our own.
 */
export const errorCodes = [
	/** A file that cannot be decoded: its container, its codec, or it is damaged. */
	'UnsupportedMedia',
	/** A dropped folder or archive that is not a session, or one whose files contradict each other. */
	'InvalidSession',
	/** A model's files are not on this machine, or cannot be loaded. */
	'ModelUnavailable',
	/** A model's output differs from its reference on this provider, or its file from its checksum. */
	'ModelMismatch',
	/** The GPU device, or a worker, went away in mid-run. */
	'DeviceLost',
	/** The browser will not store any more, or stores nothing at all (private mode). */
	'StorageFull',
	/** Another tab holds the same job. */
	'Busy',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One finding about one file: what was found, what was expected. Shown as it stands. */
export interface Problem {
	/** Path inside the session, or the dropped file's name. */
	readonly file: string;
	/** Path of the field inside the file (`spk_0.central.uem.end`), when there is one. */
	readonly field?: string;
	/** What is wrong, with what was found and what was expected. */
	readonly message: string;
}

/** A failure of the world: it has a code, a message for people, and all findings at once. */
export class ConfabError extends Error {
	override readonly name = 'ConfabError';
	readonly code: ErrorCode;
	readonly problems: readonly Problem[];

	constructor(
		code: ErrorCode,
		message: string,
		options: { cause?: unknown; problems?: readonly Problem[] } = {},
	) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.problems = options.problems ?? [];
	}
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : String(thrown);
}
