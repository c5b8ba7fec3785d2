import { expect, test } from 'vitest';
import { fanOut } from './fan-out.ts';
import type { FrameBlock } from './media-source.ts';
import { cropBlock, type MovingSquare } from './view.ts';

const width = 40;
const height = 20;

/** Frames whose pixels are their number, plus the column. */
async function* frames(count: number, onBlock = (): void => undefined): AsyncGenerator<FrameBlock> {
	for (let startFrame = 0; startFrame < count; startFrame += 4) {
		onBlock();
		const own = Math.min(4, count - startFrame);
		const data = Uint8Array.from(
			{ length: own * width * height },
			(_, i) => startFrame + Math.floor(i / (width * height)) + (i % width),
		);
		yield { startFrame, count: own, width, height, channels: 1, data };
		await Promise.resolve();
	}
}

function still(firstFrame: number, count: number, left: number): MovingSquare {
	const squares = Float32Array.from({ length: 3 * count }, (_, i) => [left, 4, 8][i % 3]!);
	return { firstFrame, squares };
}

test('every window gets its own frames in order, from one way through the picture', async () => {
	let blocks = 0;
	const windows = [still(0, 30, 2), still(7, 10, 20), still(25, 5, 0), still(90, 3, 0)];
	const found = await fanOut(
		frames(30, () => blocks++),
		windows,
		8,
		async (own) => {
			const seen: number[] = [];
			for await (const { startFrame, count, data } of own) {
				for (let k = 0; k < count; k++) seen.push(startFrame + k, data[k * 64]!);
			}
			return seen;
		},
	);
	expect(blocks).toBe(8);
	const expected = windows
		.slice(0, 3)
		.map(({ firstFrame, squares }) =>
			Array.from({ length: squares.length / 3 }, (_, k) => [
				k,
				firstFrame + k + squares[0]!,
			]).flat(),
		);
	expect(found).toEqual([...expected, []]);
});

test('one that has seen enough does not hold up the others', async () => {
	const counts = await fanOut(frames(40), [still(0, 40, 0), still(0, 40, 1)], 8, async (own, i) => {
		let count = 0;
		for await (const block of own) {
			count += block.count;
			if (i === 0) break;
		}
		return count;
	});
	expect(counts).toEqual([4, 40]);
});

test('one that fails ends the whole', async () => {
	const failing = fanOut(frames(400), [still(0, 400, 0), still(0, 400, 1)], 8, async (own, i) => {
		for await (const block of own) if (i === 1 && block.startFrame > 8) throw new Error('no model');
	});
	await expect(failing).rejects.toThrow('no model');
});

test('a window is grey beyond the border and where it shows nothing', async () => {
	const { value: block } = (await frames(4).next()) as { readonly value: FrameBlock };
	const squares = Float32Array.of(-8, 4, 8, NaN, NaN, NaN, 36, 4, 8);
	const crop = cropBlock(block, { firstFrame: 1, squares }, 8);
	expect(crop).toMatchObject({ startFrame: 0, count: 3 });
	expect([...(crop?.data.subarray(0, 128) ?? [])]).toEqual(Array(128).fill(110));
	expect([...(crop?.data.subarray(128, 136) ?? [])]).toEqual([39, 40, 41, 42, 110, 110, 110, 110]);
});
