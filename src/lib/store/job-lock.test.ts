import { expect, test } from 'vitest';
import { withJobLock } from './job-lock.ts';

/** As much of Web Locks as a lock with `ifAvailable` needs. */
class FakeLocks {
	readonly held = new Set<string>();
	async request(
		name: string,
		{ signal }: LockOptions,
		work: (lock: Lock | null) => Promise<unknown>,
	): Promise<unknown> {
		while (signal && this.held.has(name)) {
			await new Promise((later) => setTimeout(later, 1));
			signal.throwIfAborted();
		}
		if (this.held.has(name)) return work(null);
		this.held.add(name);
		try {
			return await work({ name, mode: 'exclusive' });
		} finally {
			this.held.delete(name);
		}
	}
}

test('a session runs in one tab at a time, and again when that is done', async () => {
	const locks = new FakeLocks() as unknown as LockManager;
	let finish: (value: string) => void = () => undefined;
	const first = withJobLock('a', () => new Promise<string>((resolve) => (finish = resolve)), {
		locks,
	});
	await expect(withJobLock('a', () => Promise.resolve(1), { locks })).rejects.toMatchObject({
		code: 'Busy',
	});
	expect(await withJobLock('b', () => Promise.resolve(2), { locks })).toBe(2);
	finish('done');
	expect(await first).toBe('done');
	expect(await withJobLock('a', () => Promise.resolve(3), { locks })).toBe(3);
});

test('what can wait a while gets its turn, or hears that the session is busy', async () => {
	const locks = new FakeLocks() as unknown as LockManager;
	let finish: () => void = () => undefined;
	const first = withJobLock('a', () => new Promise<void>((resolve) => (finish = resolve)), {
		locks,
	});
	const options = { locks, lockMilliseconds: 20 };
	let ran = 0;
	await expect(withJobLock('a', () => Promise.resolve(++ran), options)).rejects.toMatchObject({
		code: 'Busy',
	});
	const second = withJobLock('a', () => Promise.resolve(++ran), options);
	finish();
	await first;
	expect(await second).toBe(1);
});

test('where the browser refuses locks, it runs all the same, once', async () => {
	const refuse = () => Promise.reject(new DOMException('Denied.', 'SecurityError'));
	const locks = { request: refuse } as unknown as LockManager;
	let runs = 0;
	expect(await withJobLock('a', () => Promise.resolve(++runs), { locks })).toBe(1);
	// The work's own refusal is not taken for the lock's.
	const failing = withJobLock(
		'a',
		() => {
			runs += 1;
			return refuse();
		},
		{ locks: new FakeLocks() as unknown as LockManager },
	);
	await expect(failing).rejects.toThrow('Denied.');
	expect(runs).toBe(2);
});
