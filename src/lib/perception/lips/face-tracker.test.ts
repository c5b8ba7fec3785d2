import { describe, expect, test } from 'vitest';
import type { Model, Tensor } from '../../inference/model.ts';
import type { FrameBlock } from '../../media/media-source.ts';
import type { Picture } from '../../signal/warp.ts';
import { extractLips, readLipClip, unseenRanges } from './extract-lips.ts';
import type { LipBlock } from './extract-lips.ts';
import { FaceTracker, misfit } from './face-tracker.ts';
import { noFaceGrey } from './lip-crop.ts';
import { meanFace } from './mean-face.ts';

const size = 64;

/** Brightness of the first pixel tells the fakes what a picture shows: 1 a face, 0 none. */
function picture(face: boolean): Picture {
	return {
		width: size,
		height: size,
		channels: 1,
		data: new Uint8Array(size * size).fill(face ? 200 : 0),
	};
}

/** A detector that sees a face in bright pictures, and a landmark net that then gives the mean face. */
function fakes() {
	const counts = { detections: 0, fits: 0 };
	const model = (id: string, run: (input: Tensor) => Record<string, Tensor>): Model => ({
		id,
		provider: 'wasm',
		precision: 'fp32',
		run: (inputs) => Promise.resolve(run(Object.values(inputs)[0] as Tensor)),
	});
	const detector = model('yunet', (input) => {
		counts.detections++;
		const outputs: Record<string, Tensor> = {};
		for (const stride of [8, 16, 32]) {
			const cells = (size / stride) ** 2;
			for (const [name, width] of Object.entries({ cls: 1, obj: 1, bbox: 4, kps: 10 })) {
				const data = new Float32Array(cells * width);
				if (stride === 32 && width === 1 && Number(input.data[0]) > 100) data[0] = 0.95;
				outputs[`${name}_${stride}`] = { type: 'float32', dims: [1, cells, width], data };
			}
		}
		return outputs;
	});
	const landmarker = model('landmarks', (input) => {
		counts.fits++;
		const bright = Number(input.data[0]) > 0;
		const data = new Float32Array(143);
		// Without a face the net answers too, with something that is none.
		for (let i = 0; i < 136; i++) data[i] = bright ? (meanFace[i] ?? 0) / 256 : (i * 7) % 2;
		return { output1: { type: 'float32', dims: [1, 143], data } };
	});
	return { counts, models: { detector, landmarker } };
}

describe('FaceTracker', () => {
	test('detects once, then follows; looks again only now and then', async () => {
		const { counts, models } = fakes();
		const tracker = new FaceTracker(models, { detectEveryFrames: 10 });
		for (let t = 0; t < 25; t++) expect(await tracker.next(picture(true))).not.toBeNull();
		expect(counts.detections).toBe(3);
		// One fit a frame, and a second one after each detection.
		expect(counts.fits).toBe(25 + 3);
	});

	test('notices in the same frame that the face is gone, and in a few that it is back', async () => {
		const { counts, models } = fakes();
		const tracker = new FaceTracker(models, { detectEveryFrames: 100 });
		const shown = Array.from('xxxx..........xxxxxxxxxx', (c) => c === 'x');
		const found: boolean[] = [];
		for (const face of shown) found.push((await tracker.next(picture(face))) !== null);
		expect(found.slice(0, 14)).toEqual(shown.slice(0, 14));
		expect(found.indexOf(true, 14)).toBeLessThanOrEqual(14 + 5);
		expect(found.slice(19)).toEqual(shown.slice(19));
		expect(counts.detections).toBeLessThanOrEqual(5);
	});
});

test('misfit is 0 for the mean face however it lies, large for what is no face', () => {
	const turned = Float32Array.from(meanFace, (_, i) => {
		const x = meanFace[i & ~1] ?? 0;
		const y = meanFace[i | 1] ?? 0;
		return i % 2 === 0 ? 0.3 * x - 0.1 * y + 7 : 0.1 * x + 0.3 * y - 2;
	});
	expect(misfit(turned)).toBeLessThan(1e-3);
	expect(
		misfit(Float32Array.from(meanFace, (value, i) => value + ((i * 37) % 100))),
	).toBeGreaterThan(15);
	expect(misfit(new Float32Array(136))).toBe(Infinity);
});

async function* blocks(faces: readonly boolean[], startFrame: number): AsyncGenerator<FrameBlock> {
	for (let i = 0; i < faces.length; i += 4) {
		const part = faces.slice(i, i + 4).map((face) => picture(face).data);
		const data = Uint8Array.from(part.flatMap((bytes) => [...bytes]));
		await Promise.resolve();
		yield {
			startFrame: startFrame + i,
			count: part.length,
			width: size,
			height: size,
			channels: 1,
			data,
		};
	}
}

async function collect(source: AsyncIterable<LipBlock>): Promise<LipBlock[]> {
	const all: LipBlock[] = [];
	for await (const block of source) all.push(block);
	return all;
}

describe('extractLips', () => {
	const shown = Array.from('x'.repeat(20) + '.'.repeat(10) + 'x'.repeat(15), (c) => c === 'x');

	test('numbers its pictures as the frames, and tells where no face was', async () => {
		const progress: number[] = [];
		const options = {
			maximumGapFrames: 4,
			onProgress: ({ done }: { done: number }) => progress.push(done),
		};
		const lips = await collect(extractLips(blocks(shown, 30), fakes().models, options));
		let next = 30;
		for (const block of lips) {
			expect(block.startFrame).toBe(next);
			expect(block.data).toHaveLength(block.count * 96 * 96);
			next += block.count;
		}
		expect(next).toBe(30 + 45);
		expect(progress.at(-1)).toBe(45);
		const seen = lips.flatMap((block) => [...block.seen]);
		expect(seen.slice(0, 20)).toEqual(new Array(20).fill(1));
		expect(seen.slice(20, 30)).toEqual(new Array(10).fill(0));
		const [gap, ...others] = unseenRanges(lips);
		expect(others).toEqual([]);
		expect(gap?.startSeconds).toBeCloseTo(2, 9);
		expect(gap?.endSeconds).toBeGreaterThanOrEqual(2.4);
		const whole = Uint8Array.from(lips.flatMap((block) => [...block.data]));
		const dark = whole.subarray(25 * 96 * 96, 26 * 96 * 96);
		expect(new Set(dark)).toEqual(new Set([noFaceGrey]));
	});

	test('stops when it is told to, and works the next time', async () => {
		const { models } = fakes();
		const controller = new AbortController();
		const options = { signal: controller.signal, onProgress: () => controller.abort() };
		await expect(collect(extractLips(blocks(shown, 0), models, options))).rejects.toThrow(
			expect.objectContaining({ name: 'AbortError' }),
		);
		const again = await collect(extractLips(blocks(shown, 0), models));
		expect(again.reduce((sum, { count }) => sum + count, 0)).toBe(45);
	});
});

describe('readLipClip', () => {
	const clip = async function* (width: number): AsyncGenerator<FrameBlock> {
		await Promise.resolve();
		const data = new Uint8Array(2 * width * 96).fill(5);
		yield { startFrame: 3, count: 2, width, height: 96, channels: 1, data };
	};

	test('passes shipped lip pictures on', async () => {
		const [block] = await collect(readLipClip(clip(96)));
		expect(block).toMatchObject({ startFrame: 3, count: 2, seen: Uint8Array.of(1, 1) });
	});

	test('refuses pictures of another size', async () => {
		await expect(collect(readLipClip(clip(88)))).rejects.toThrow(TypeError);
	});
});
