import { expect, test } from 'vitest';
import type { AudioBlock } from '../media/media-source.ts';
import { wholeSound } from './whole-sound.ts';

async function* blocks(...starts: number[]): AsyncGenerator<AudioBlock> {
	for (const startSample of starts) {
		yield await Promise.resolve({
			startSample,
			samples: new Float32Array(4).fill(startSample + 1),
		});
	}
}

test.each([0, 1, 14 / 16_000, 6 / 16_000])(
	'blocks stand where they belong, holes are silent, whatever length was expected (%s s)',
	async (expected) => {
		const sound = await wholeSound(blocks(0, 4, 10), expected);
		expect([...sound]).toEqual([1, 1, 1, 1, 5, 5, 5, 5, 0, 0, 11, 11, 11, 11]);
	},
);

test('no sound at all has no samples', async () => {
	expect((await wholeSound(blocks(), 2)).length).toBe(0);
});
