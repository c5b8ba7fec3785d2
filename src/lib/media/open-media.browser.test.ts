import { describe, expect, test } from 'vitest';
import {
	allAudio,
	madeGrey,
	madeHeight,
	madeWidth,
	makeMedia,
	middles,
	testCore,
	makeAac,
	transcode,
} from '../../../tests/fixtures/made-media.ts';
import { isAbort } from '../support/abort.ts';
import { openMedia } from './open-media.ts';
import type { MediaSource } from './media-source.ts';

type Path = 'webcodecs' | 'ffmpeg';
const paths: readonly Path[] = ['webcodecs', 'ffmpeg'];

function even(count: number, rate: number): number[] {
	return Array.from({ length: count }, (_, i) => i / rate);
}

async function open(blob: Blob, prefer: Path, problems: string[] = []): Promise<MediaSource> {
	return openMedia(blob, {
		name: 'made',
		prefer,
		ffmpegCore: testCore,
		onProblem: ({ message }) => problems.push(message),
	});
}

/** Runs on both paths and gives both results. */
async function onBoth<T>(blob: Blob, use: (source: MediaSource) => Promise<T>): Promise<[T, T]> {
	const results: T[] = [];
	for (const path of paths) {
		const source = await open(blob, path);
		expect(source.info.decoder).toBe(path);
		results.push(await use(source));
		await source.close();
	}
	const [first, second] = results;
	if (first === undefined || second === undefined) throw new Error('two paths');
	return [first, second];
}

function expectGreys(found: readonly number[], frames: readonly number[]): void {
	expect(found.length).toBe(frames.length);
	const wrong = frames.findIndex((index, i) => Math.abs((found[i] ?? 0) - madeGrey(index)) > 4);
	expect(wrong, 'first wrong frame').toBe(-1);
}

function largestDifference(a: Float32Array, b: Float32Array, shift = 0): number {
	let worst = 0;
	for (let i = Math.max(0, -shift); i < Math.min(a.length, b.length - shift); i++) {
		worst = Math.max(worst, Math.abs((a[i] ?? 0) - (b[i + shift] ?? 0)));
	}
	return worst;
}

describe('the picture', () => {
	test.each(['mkv', 'mp4'] as const)(
		'25 Hz in %s is passed on frame by frame',
		async (container) => {
			const blob = await makeMedia({
				container,
				video: { starts: even(60, 25), lastSeconds: 0.04 },
			});
			for (const greys of await onBoth(blob, middles)) {
				expectGreys(greys, [...even(60, 1)]);
			}
		},
	);

	test('30 Hz and variable rates show what is on at each tick', async () => {
		const fast = await makeMedia({
			container: 'mkv',
			video: { starts: even(60, 30), lastSeconds: 1 / 30 },
		});
		const atTicks = Array.from({ length: 50 }, (_, i) => Math.floor((i * 30) / 25 + 0.03));
		for (const greys of await onBoth(fast, middles)) expectGreys(greys, atTicks);

		const starts = [0, 0.1, 0.11, 0.5, 0.54];
		const uneven = await makeMedia({ container: 'mp4', video: { starts, lastSeconds: 0.06 } });
		const shown = Array.from({ length: 15 }, (_, i) =>
			starts.findLastIndex((start) => start <= i / 25 + 0.001),
		);
		for (const greys of await onBoth(uneven, middles)) expectGreys(greys, shown);
	});

	test('a range is that part of the whole', async () => {
		const blob = await makeMedia({
			container: 'mp4',
			video: { starts: even(400, 25), lastSeconds: 0.04 },
		});
		const wanted = Array.from({ length: 21 }, (_, i) => 333 + i);
		const parts = await onBoth(blob, (source) => middles(source, 333, 354));
		for (const greys of parts) expectGreys(greys, wanted);
	});

	test('it is turned upright, scaled, and given in grey or colour', async () => {
		const blob = await makeMedia({
			container: 'mp4',
			video: { starts: even(5, 25), lastSeconds: 0.04, rotation: 90 },
		});
		const [first, second] = await onBoth(blob, async (source) => {
			expect(source.info.video).toMatchObject({ width: madeHeight, height: madeWidth });
			for await (const block of source.frames({ width: 20, height: 10, channels: 3 })) {
				expect(block).toMatchObject({ count: 5, width: 20, height: 10, channels: 3 });
				return block.data;
			}
			throw new Error('no frames');
		});
		expect(first.length).toBe(5 * 20 * 10 * 3);
		expect(Math.abs((first[0] ?? 0) - madeGrey(0))).toBeLessThan(5);
		for (let i = 0; i < first.length; i++) {
			expect(Math.abs((first[i] ?? 0) - (second[i] ?? 0))).toBeLessThanOrEqual(3);
		}
	});
});

describe('the sound', () => {
	test('stereo at 44.1 kHz is averaged and resampled, the same on both paths', async () => {
		const blob = await makeMedia({
			container: 'wav',
			audio: { codec: 'pcm-s16', sampleRateHz: 44100, seconds: 2.5, frequenciesHz: [440, 0] },
		});
		const [first, second] = await onBoth(blob, allAudio);
		expect(first.length).toBe(40000);
		expect(second.length).toBe(40000);
		expect(largestDifference(first, second)).toBeLessThan(1e-4);
		let worst = 0;
		for (let i = 200; i < 39800; i++) {
			const wanted = 0.25 * Math.sin((2 * Math.PI * 440 * i) / 16000);
			worst = Math.max(worst, Math.abs(wanted - (first[i] ?? 0)));
		}
		expect(worst).toBeLessThan(1e-3);
	});

	test('Opus beside pictures keeps its place to the sample', async () => {
		const blob = await makeMedia({
			container: 'mkv',
			video: { starts: even(50, 25), lastSeconds: 0.04 },
			audio: { codec: 'opus', sampleRateHz: 48000, seconds: 2, frequenciesHz: [300, 300] },
		});
		const [first, second] = await onBoth(blob, allAudio);
		expect(Math.abs(first.length - second.length)).toBeLessThanOrEqual(1);
		const offsets = [-1, 0, 1].map((shift) => largestDifference(first, second, shift));
		expect(Math.min(...offsets)).toBeLessThan(0.02);
	});

	test('AAC from FFmpeg keeps its place to the sample', async () => {
		const aac = await makeAac(3);
		const [first, second] = await onBoth(aac, allAudio);
		expect(Math.abs(first.length - second.length)).toBeLessThanOrEqual(1);
		expect(largestDifference(first, second)).toBeLessThan(1e-3);
	});

	test('a late start is silence', async () => {
		const blob = await makeMedia({
			container: 'mkv',
			video: { starts: even(50, 25), lastSeconds: 0.04 },
			audio: {
				...{ codec: 'pcm-s16' as const, sampleRateHz: 48000, seconds: 1, frequenciesHz: [400] },
				startSeconds: 0.5,
			},
		});
		const [first, second] = await onBoth(blob, allAudio);
		expect(first.length).toBe(24000);
		expect(second.length).toBe(24000);
		expect(Math.max(...first.subarray(0, 7900))).toBe(0);
		expect(largestDifference(first, second)).toBeLessThan(1e-3);
	});
});

describe('what the browser cannot do', () => {
	test('MPEG-4 in AVI goes to FFmpeg', async () => {
		const made = await makeMedia({
			container: 'mkv',
			video: { starts: even(40, 25), lastSeconds: 0.04 },
			audio: { codec: 'pcm-s16', sampleRateHz: 16000, seconds: 1.6, frequenciesHz: [500] },
		});
		const avi = await transcode(
			made,
			...['-c:v', 'mpeg4', '-q:v', '2', '-c:a', 'pcm_s16le', '-f', 'avi'],
		);
		const source = await open(avi, 'webcodecs');
		expect(source.info).toMatchObject({
			decoder: 'ffmpeg',
			video: { codec: 'mpeg4', frameCount: 40 },
			audio: { codec: 'pcm_s16le', channels: 1 },
		});
		expectGreys(await middles(source), [...even(40, 1)]);
		expect((await allAudio(source)).length).toBe(25600);
		await source.close();
	});

	test('a decoder that fails in mid-file is followed by FFmpeg, and it is told', async () => {
		const made = await makeMedia({
			container: 'mkv',
			video: { starts: even(100, 25), lastSeconds: 0.04 },
		});
		const source = await open(made, 'webcodecs', []);
		const whole = await middles(source);
		await source.close();
		// One frame in the middle is overwritten; its neighbours stay.
		const bytes = new Uint8Array(await made.arrayBuffer());
		const problems: string[] = [];
		bytes.fill(0xff, bytes.length * 0.5, bytes.length * 0.5 + 24);
		const damaged = await open(new Blob([bytes]), 'webcodecs', problems);
		const greys = await middles(damaged);
		await damaged.close();
		expect(problems.join()).toMatch(/FFmpeg continues from there/);
		expect(greys.length).toBe(100);
		const right = greys.filter((grey, i) => Math.abs(grey - (whole[i] ?? 0)) <= 3).length;
		expect(right).toBeGreaterThan(80);
	});
});

describe('what cannot be decoded', () => {
	test.each(paths)('no sound, by %s', async (path) => {
		const blob = await makeMedia({
			container: 'mp4',
			video: { starts: even(5, 25), lastSeconds: 0.04 },
		});
		const source = await open(blob, path);
		expect(source.info.audio).toBeNull();
		await expect(allAudio(source)).rejects.toMatchObject({
			code: 'UnsupportedMedia',
			message: 'made: the file holds no sound',
		});
		await source.close();
	});

	test('an empty file, and one that is no recording', async () => {
		await expect(open(new Blob([]), 'webcodecs')).rejects.toMatchObject({
			code: 'UnsupportedMedia',
			problems: [{ file: 'made', message: expect.stringContaining('empty') as string }],
		});
		const text = new Blob(['speaker,start,end\n'.repeat(500)]);
		await expect(open(text, 'webcodecs')).rejects.toMatchObject({
			code: 'UnsupportedMedia',
			message: expect.stringContaining('not a sound or video file') as string,
		});
	});

	test.each(paths)(
		'a file that is cut off gives what is there, then an error, by %s',
		async (path) => {
			const blob = await makeMedia({
				container: 'mp4',
				video: { starts: even(200, 25), lastSeconds: 0.04 },
			});
			const source = await open(blob.slice(0, blob.size * 0.6), path);
			expect(source.info.video?.frameCount).toBe(200);
			const given: number[] = [];
			let thrown: unknown;
			try {
				for await (const block of source.frames({ blockFrames: 1 })) given.push(block.data[0] ?? 0);
			} catch (error) {
				thrown = error;
			}
			await source.close();
			expect(given.length).toBeGreaterThan(80);
			expect(given.length).toBeLessThan(180);
			expect(thrown).toMatchObject({
				code: 'UnsupportedMedia',
				message: expect.stringMatching(/^made: the picture is damaged or cut off at/) as string,
			});
		},
	);

	test('a core that is not served is named', async () => {
		const gone = { scriptUrl: '/none/core.js', wasmUrl: '/none/core.wasm' };
		const opening = openMedia(new Blob(['x']), { name: 'made', ffmpegCore: gone });
		await expect(opening).rejects.toMatchObject({
			code: 'ModelUnavailable',
			message: expect.stringContaining('/none/core.wasm') as string,
		});
	});
});

describe('leaving early', () => {
	test.each(paths)('an abort ends it at once and it can be run again, by %s', async (path) => {
		const blob = await makeMedia({
			container: 'mp4',
			video: { starts: even(300, 25), lastSeconds: 0.04 },
		});
		const source = await open(blob, path);
		const controller = new AbortController();
		const seen: number[] = [];
		let thrown: unknown;
		try {
			const { signal } = controller;
			for await (const block of source.frames({ blockFrames: 5, signal })) {
				seen.push(block.startFrame);
				controller.abort();
			}
		} catch (error) {
			thrown = error;
		}
		expect(isAbort(thrown)).toBe(true);
		expect(seen).toEqual([0]);
		for await (const block of source.frames({ blockFrames: 5 })) {
			expect(block.count).toBe(5);
			break;
		}
		expectGreys(await middles(source), [...even(300, 1)]);
		await source.close();
		await expect(middles(source)).rejects.toSatisfy(isAbort);
	});

	test('opening can be aborted', async () => {
		const signal = AbortSignal.abort();
		const opening = openMedia(new Blob(['x']), { name: 'made', signal });
		await expect(opening).rejects.toSatisfy(isAbort);
	});
});
