import { expect, test } from 'vitest';
import { isAbort, untilAborted } from './abort.ts';

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
	promise.then(() => null).catch((error: unknown) => error);

test('gives what the promise gives, without a signal and with one', async () => {
	const { signal } = new AbortController();
	expect(await untilAborted(Promise.resolve(1), undefined)).toBe(1);
	expect(await untilAborted(Promise.resolve(2), signal)).toBe(2);
	const failed = untilAborted(Promise.reject(new RangeError('no')), signal);
	expect(await reasonOf(failed)).toBeInstanceOf(RangeError);
});

test('rejects as soon as the signal aborts, though the promise never ends', async () => {
	const controller = new AbortController();
	const waiting = untilAborted(new Promise(() => undefined), controller.signal);
	controller.abort();
	expect(isAbort(await reasonOf(waiting))).toBe(true);
});

test('an abort that came before leaves no failure unhandled', async () => {
	const late = untilAborted(Promise.reject(new RangeError('unheard')), AbortSignal.abort());
	expect(isAbort(await reasonOf(late))).toBe(true);
});
