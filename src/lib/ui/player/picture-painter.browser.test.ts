import { expect, test } from 'vitest';
import { PicturePainter } from './picture-painter.ts';
import type { FramePicture } from './playing-file.ts';

/** A picture full of the finest detail there is, brighter to the right. */
function detailed(width: number, height: number): FramePicture {
	const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
		const pixel = Math.floor(i / 3);
		const [x, y] = [pixel % width, Math.floor(pixel / width)];
		return (x + y) % 2 === 0 ? 0 : 100 + Math.round((150 * x) / width);
	});
	return { kind: 'frame', width, height, rgb };
}

/** Largest difference of two neighbours in any row of a canvas. */
function finest(canvas: HTMLCanvasElement): number {
	const { width, height } = canvas;
	const { data } = canvas.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] };
	let most = 0;
	for (let i = 4; i < data.length; i += 4) {
		if ((i / 4) % width === 0) continue;
		most = Math.max(most, Math.abs((data[i] ?? 0) - (data[i - 4] ?? 0)));
	}
	return most;
}

function meanOf(canvas: HTMLCanvasElement, from: number, to: number): number {
	const width = Math.floor((to - from) * canvas.width);
	const area = [Math.floor(from * canvas.width), 0, width, canvas.height] as const;
	const { data } = canvas.getContext('2d')?.getImageData(...area) ?? { data: [] };
	let sum = 0;
	for (let i = 0; i < data.length; i += 4) sum += data[i] ?? 0;
	return sum / (data.length / 4);
}

test('of a blurred picture nothing but the brightness of its parts is drawn, also after a clear one', () => {
	const canvas = document.createElement('canvas');
	const painter = new PicturePainter(canvas);
	const picture = detailed(640, 160);
	painter.paint(picture, false);
	expect(finest(canvas)).toBeLessThan(8);
	expect(meanOf(canvas, 0, 0.1)).toBeCloseTo(54, -1);
	expect(meanOf(canvas, 0.9, 1)).toBeCloseTo(121, -1);
	painter.paint(picture, true);
	expect([canvas.width, canvas.height]).toEqual([640, 160]);
	expect(finest(canvas)).toBeGreaterThan(95);
	painter.paint(picture, false);
	expect(finest(canvas)).toBeLessThan(8);
	painter.wipe();
	expect(meanOf(canvas, 0, 1)).toBe(0);
});

test('a large picture is drawn as large as a screen, in its shape', () => {
	const canvas = document.createElement('canvas');
	new PicturePainter(canvas).paint(detailed(3000, 1000), true);
	expect([canvas.width, canvas.height]).toEqual([1920, 640]);
});
