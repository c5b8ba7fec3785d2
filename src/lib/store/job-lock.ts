import { ConfabError } from '../support/errors.ts';

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
	locks: LockManager | null = availableLocks(),
): Promise<T> {
	if (!locks) return work();
	const seen = { answer: false };
	try {
		return await locks.request(`confab job ${sessionId}`, { ifAvailable: true }, (lock) => {
			seen.answer = true;
			if (!lock) {
				throw new ConfabError(
					'Busy',
					'This session is being run in another tab. Wait until it is done there, or close that tab; what it computed is kept.',
				);
			}
			return work();
		});
	} catch (error) {
		const refused = !seen.answer && error instanceof DOMException && error.name === 'SecurityError';
		if (!refused) throw error;
		return work();
	}
}

/** The browser's locks; some browsers have none, whatever the types say. */
function availableLocks(): LockManager | null {
	return 'navigator' in globalThis && 'locks' in navigator ? navigator.locks : null;
}
