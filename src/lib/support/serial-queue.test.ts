import { expect, test } from 'vitest';
import { isAbort } from './abort.ts';
import { memo } from './memo.ts';
import { SerialQueue } from './serial-queue.ts';

test('tasks take turns, and one that fails does not disturb the next', async () => {
	const queue = new SerialQueue();
	const order: string[] = [];
	const task =
		(name: string, fail = false) =>
		async (): Promise<string> => {
			order.push(`${name} begins`);
			await Promise.resolve();
			order.push(`${name} ends`);
			if (fail) throw new Error(name);
			return name;
		};
	const results = await Promise.allSettled([
		queue.run(task('a')),
		queue.run(task('b', true)),
		queue.run(task('c')),
	]);
	expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
	expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a task whose signal aborted before its turn never starts', async () => {
	const queue = new SerialQueue();
	const controller = new AbortController();
	let started = false;
	const first = queue.run(() => controller.abort());
	const second = queue.run(() => {
		started = true;
	}, controller.signal);
	await first;
	expect(isAbort(await second.catch((error: unknown) => error))).toBe(true);
	expect(started).toBe(false);
	await queue.idle();
});

test('a memo keeps what it made and forgets a failure', async () => {
	let calls = 0;
	const make = memo(() => {
		calls += 1;
		return calls === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(calls);
	});
	await expect(make()).rejects.toThrow('not yet');
	expect(await Promise.all([make(), make()])).toEqual([2, 2]);
	expect(calls).toBe(2);
});
