import { describe, expect, test } from 'vitest';
import type { Model, Tensors } from '../inference/model.ts';
import type { FrameBlock } from '../media/media-source.ts';
import { findFaces, pictureSize } from './find-faces.ts';

/** A detector that sees a face in every bright square of the picture, and notes how large pictures are. */
function detectorOf(sizes: string[]): Model {
	const run = (inputs: Tensors): Promise<Tensors> => {
		const { dims, data } = inputs['input'] as { dims: readonly number[]; data: Float32Array };
		const [, , height = 0, width = 0] = dims;
		sizes.push(`${width}x${height}`);
		const outputs: Record<string, Tensors[string]> = {};
		for (const stride of [8, 16, 32]) {
			const columns = width / stride;
			const cells = columns * (height / stride);
			const values = (n: number, fill: (cell: number, k: number) => number): Tensors[string] => ({
				type: 'float32',
				dims: [1, cells, n],
				data: Float32Array.from({ length: cells * n }, (_, i) => fill(Math.floor(i / n), i % n)),
			});
			const isFace = (cell: number): number => {
				const at = (Math.floor(cell / columns) * width + (cell % columns)) * stride;
				return stride === 8 && data[at]! > 200 ? 1 : 0;
			};
			outputs[`cls_${stride}`] = values(1, isFace);
			outputs[`obj_${stride}`] = values(1, isFace);
			outputs[`bbox_${stride}`] = values(4, (_, k) => (k < 2 ? 0 : Math.log(faceCells)));
			outputs[`kps_${stride}`] = values(10, (_, k) => Math.sin(k) * 2);
		}
		return Promise.resolve(outputs);
	};
	return { id: 'yunet', provider: 'wasm', precision: 'fp32', run };
}

/** Sides of a face, in cells of eight pixels. */
const faceCells = 5;

/** A dark film with a bright dot of one cell that moves right, from one frame on. */
async function* film(
	size: { readonly width: number; readonly height: number },
	count: number,
	placeAt: (frame: number) => number,
	dot = 8,
): AsyncGenerator<FrameBlock> {
	const { width, height } = size;
	for (let startFrame = 0; startFrame < count; startFrame++) {
		const data = new Uint8Array(width * height * 3).fill(20);
		const left = placeAt(startFrame);
		for (let y = 64; y < 64 + dot; y++) {
			data.fill(255, (y * width + left) * 3, (y * width + left + dot) * 3);
		}
		yield await Promise.resolve({ startFrame, count: 1, ...size, channels: 3, data });
	}
}

describe('findFaces', () => {
	test('follows a face through every frame, in pixels of the video', async () => {
		const sizes: string[] = [];
		const models = { detector: detectorOf(sizes), embedder: null };
		const size = { width: 320, height: 160 };
		const frames = film(size, 43, (frame) => 80 + 8 * Math.floor(frame / 5));
		const { shots, tracks } = await findFaces(frames, models, 2);
		expect(shots).toEqual([{ startFrame: 0, endFrame: 43 }]);
		expect(tracks).toHaveLength(1);
		const [{ path, prints }] = tracks as [(typeof tracks)[0]];
		expect([path.firstFrame, path.corners.length / 4, prints.length]).toEqual([0, 43, 0]);
		expect([...path.corners.subarray(0, 4)]).toEqual([120, 88, 200, 168]);
		expect(path.corners[4 * 5]).toBe(136);
		expect(path.corners[4 * 7]).toBeCloseTo(136 + (16 * 2) / 5, 4);
		expect(sizes).toEqual(Array(9).fill('320x160'));
	});

	test('looks at a larger picture where faces are small, and at the largest in tiles', async () => {
		const sizes: string[] = [];
		const models = { detector: detectorOf(sizes), embedder: null };
		await findFaces(
			film({ width: 1280, height: 96 }, 6, () => 640),
			models,
			1,
		);
		// Faces of 40 px in the large picture are of 20 in the small one.
		expect(sizes).toEqual(['1280x96', '1280x96']);
		sizes.length = 0;
		await findFaces(
			film({ width: 2560, height: 96 }, 6, () => 640),
			models,
			1,
		);
		expect(sizes).toEqual(Array(8).fill('1408x64'));
	});

	test('a picture is decoded no larger than it helps', () => {
		expect(pictureSize({ width: 1920, height: 1080 })).toEqual({ width: 1280, height: 720 });
		expect(pictureSize({ width: 720, height: 1280 })).toEqual({ width: 720, height: 1280 });
		expect(pictureSize({ width: 3840, height: 2160 })).toEqual({ width: 2560, height: 1440 });
	});

	test('stops when asked to', async () => {
		const stop = new AbortController();
		const models = { detector: detectorOf([]), embedder: null };
		const finding = findFaces(
			film({ width: 64, height: 96 }, 50, () => 8),
			models,
			1,
			{ signal: stop.signal, onProgress: ({ done }) => done === 20 && stop.abort() },
		);
		await expect(finding).rejects.toMatchObject({ name: 'AbortError' });
	});
});
