import { ConfabError, messageOf } from '../../support/errors.ts';

/** What the browser throws when it stores no more as a `StorageFull`; any other error as it is. */
export function asStorageFull(error: unknown): unknown {
	return isNamed(error, 'QuotaExceededError') ? storageFull(error) : error;
}

/** The browser stores no more. */
export function storageFull(cause: unknown): ConfabError {
	return new ConfabError(
		'StorageFull',
		`The browser stores no more for this page (${messageOf(cause)}). What came so far is kept: delete models or past sessions, then go on.`,
		{ cause },
	);
}

/** A file that is not what it should be. */
export function mismatch(name: string, why: string): ConfabError {
	return new ConfabError(
		'ModelMismatch',
		`${name} is not what it should be: ${why}. It was thrown away; get it anew.`,
	);
}

/** A file that another tab writes. */
export function busy(name: string, cause: unknown): ConfabError {
	return new ConfabError('Busy', `${name} is being written in another tab. Wait for it there.`, {
		cause,
	});
}

/** Whether the browser threw an error of that name. */
export function isNamed(error: unknown, name: string): error is DOMException {
	return error instanceof DOMException && error.name === name;
}
