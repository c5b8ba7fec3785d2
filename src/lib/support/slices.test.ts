import { expect, test } from 'vitest';
import { inSlices } from './slices.ts';

/** So many steps of three milliseconds. */
function* busy(steps: number): Generator<number, string, undefined> {
	for (let step = 1; step <= steps; step += 1) {
		const until = performance.now() + 3;
		while (performance.now() < until);
		yield step / steps;
	}
	return 'done';
}

test('others have their turn in between', async () => {
	let turns = 0;
	const timer = setInterval(() => (turns += 1), 1);
	const parts: number[] = [];
	expect(await inSlices(busy(30), { onPart: (part) => parts.push(part) })).toBe('done');
	clearInterval(timer);
	expect(turns).toBeGreaterThan(3);
	expect(parts.length).toBeGreaterThan(3);
	expect(parts).toEqual([...parts].sort((a, b) => a - b));
});

test('an abort ends it, and a new start goes through', async () => {
	const abort = new AbortController();
	const running = inSlices(busy(1000), { signal: abort.signal });
	setTimeout(() => abort.abort(), 5);
	await expect(running).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
	expect(await inSlices(busy(2), {})).toBe('done');
});
