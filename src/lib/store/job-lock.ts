import { ConfabError } from '../support/errors.ts';

interface JobLockOptions {
	/** Null where the browser has none. */
	readonly locks?: LockManager | null;
	/** How long to wait for another tab before it counts as busy. */
	readonly lockMilliseconds?: number;
}

/**
 * Runs `work` unless another tab runs the same session; the lock ends with `work`, or with the tab.
 * Where the browser has no Web Locks, or refuses them as it refuses all storage, there is no such
 * guard.
 *
 * @throws ConfabError `Busy`.
 */
export async function withJobLock<T>(
	sessionId: string,
	work: () => Promise<T>,
	{ locks = availableLocks(), lockMilliseconds = 0 }: JobLockOptions = {},
): Promise<T> {
	if (!locks) return work();
	const seen = { answer: false };
	const how =
		lockMilliseconds > 0
			? { signal: AbortSignal.timeout(lockMilliseconds) }
			: { ifAvailable: true };
	try {
		return await locks.request(`confab job ${sessionId}`, how, (lock) => {
			seen.answer = true;
			if (!lock) throw busy();
			return work();
		});
	} catch (error) {
		if (seen.answer || !(error instanceof DOMException)) throw error;
		if (error.name === 'TimeoutError') throw busy();
		if (error.name !== 'SecurityError') throw error;
		return work();
	}
}

function busy(): ConfabError {
	return new ConfabError(
		'Busy',
		'This session is being run in another tab. Wait until it is done there, or close that tab; what it computed is kept.',
	);
}

/** The browser's locks; some browsers have none, whatever the types say. */
function availableLocks(): LockManager | null {
	return 'navigator' in globalThis && 'locks' in navigator ? navigator.locks : null;
}
