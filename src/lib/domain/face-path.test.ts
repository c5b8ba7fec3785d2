import { expect, test } from 'vitest';
import { faceAt, facePathOf, portraitOf, seenSecondsOf } from './face-path.ts';
import type { FaceBox } from './session.ts';

function box(x: number): FaceBox {
	return { x1: x, y1: 10, x2: x + 100, y2: 110 };
}

function pathOf(...frames: readonly (readonly [number, number])[]) {
	const path = facePathOf(new Map(frames.map(([frame, x]) => [frame, box(x)])));
	if (!path) throw new Error('no path');
	return path;
}

test('a face is where its box is, in between as well, and nowhere else', () => {
	const path = pathOf([100, 0], [101, 10]);
	expect(faceAt(path, 100 / 25)).toEqual(box(0));
	expect(faceAt(path, 100.5 / 25)?.x1).toBeCloseTo(5, 4);
	expect(faceAt(path, 101.9 / 25)).toEqual(box(10));
	expect(faceAt(path, 99.9 / 25)).toBeNull();
	expect(faceAt(path, 102 / 25)).toBeNull();
	expect(faceAt(path, 0)).toBeNull();
});

test('a short gap is bridged, a long one is not', () => {
	expect(faceAt(pathOf([0, 0], [10, 100]), 5 / 25)?.x1).toBeCloseTo(50, 4);
	const lost = pathOf([0, 0], [40, 100]);
	expect(faceAt(lost, 20 / 25)).toBeNull();
	expect(faceAt(lost, 40 / 25)).toEqual(box(100));
});

test('frames come in any order, and a frame of another age takes no memory', () => {
	expect(faceAt(pathOf([3, 30], [1, 10], [2, 20]), 2 / 25)).toEqual(box(20));
	expect(pathOf([5, 0], [1e15, 0]).corners).toHaveLength(4);
	expect(facePathOf(new Map())).toBeNull();
});

test('a portrait is taken where a face is largest, and none of nobody', () => {
	const corners = Float32Array.from({ length: 100 }, (_, i) => {
		const size = i < 40 ? 10 : 20;
		return [0, 0, size, size][i % 4]!;
	});
	corners.fill(NaN, 0, 4);
	const paths = [{ firstFrame: 50, corners }];
	const portrait = portraitOf(paths);
	expect(portrait?.box).toEqual({ x1: 0, y1: 0, x2: 20, y2: 20 });
	expect(portrait?.seconds).toBeCloseTo(60 / 25, 5);
	expect(portraitOf([])).toBeNull();
	expect(seenSecondsOf(paths[0]!)).toBeCloseTo(24 / 25, 5);
});
