import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeMedia, testCore } from '../../../../tests/fixtures/made-media.ts';
import { openMedia } from '../open-media.ts';
import type { FrameBlock, MediaSource } from '../media-source.ts';

/** Every frame that a decoder gave out since the test began. */
const frames: VideoFrame[] = [];
const NativeDecoder = VideoDecoder;

beforeEach(() => {
	frames.length = 0;
	globalThis.VideoDecoder = class extends NativeDecoder {
		constructor({ output, error }: VideoDecoderInit) {
			const watched = (frame: VideoFrame): void => {
				frames.push(frame);
				output(frame);
			};
			super({ output: watched, error });
		}
	};
});

afterEach(() => {
	globalThis.VideoDecoder = NativeDecoder;
});

/** Frames that nobody closed, once the decoder had time to come to rest. A closed frame has no format. */
async function openFrames(): Promise<number> {
	let open = NaN;
	for (let round = 0; round < 50; round++) {
		await new Promise((resolve) => setTimeout(resolve, 20));
		open = frames.filter(({ format }) => format !== null).length;
		if (open === 0) return 0;
	}
	return open;
}

async function open(): Promise<MediaSource> {
	const blob = await makeMedia({
		container: 'mp4',
		video: { starts: Array.from({ length: 200 }, (_, i) => i / 25), lastSeconds: 0.04 },
	});
	frames.length = 0;
	return openMedia(blob, { name: 'made', prefer: 'webcodecs', ffmpegCore: testCore });
}

async function firstOf(blocks: AsyncIterable<FrameBlock>): Promise<number> {
	for await (const block of blocks) return block.count;
	return 0;
}

describe('no decoded picture is left open', () => {
	test('when all are read', async () => {
		const source = await open();
		for await (const block of source.frames()) expect(block.count).toBeGreaterThan(0);
		expect(frames.length).toBe(200);
		expect(await openFrames()).toBe(0);
		await source.close();
	});

	test('when a range is read and left with its last block', async () => {
		const source = await open();
		const range = source.frames({ startFrame: 30, endFrame: 60, blockFrames: 10 });
		for await (const block of range) if (block.startFrame + block.count === 60) break;
		expect(frames.length).toBeGreaterThan(30);
		expect(await openFrames()).toBe(0);
		await source.close();
	});

	test('when the reader leaves early', async () => {
		const source = await open();
		expect(await firstOf(source.frames({ blockFrames: 5 }))).toBe(5);
		expect(await openFrames()).toBe(0);
		await source.close();
	});

	test('when reading is aborted between two blocks', async () => {
		const source = await open();
		const controller = new AbortController();
		const blocks = source.frames({ blockFrames: 5, signal: controller.signal });
		const iterator = blocks[Symbol.asyncIterator]();
		await iterator.next();
		const next = iterator.next();
		controller.abort();
		await expect(next).rejects.toMatchObject({ name: 'AbortError' });
		expect(await openFrames()).toBe(0);
		await source.close();
	});

	test('when the file is closed and nobody asks for more', async () => {
		const source = await open();
		const iterator = source.frames({ blockFrames: 5 })[Symbol.asyncIterator]();
		await iterator.next();
		await source.close();
		expect(frames.length).toBeGreaterThan(5);
		expect(await openFrames()).toBe(0);
	});
});
