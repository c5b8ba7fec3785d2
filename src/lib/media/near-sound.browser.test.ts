import { expect, test } from 'vitest';
import { allAudio, makeMedia, testCore, transcode } from '../../../tests/fixtures/made-media.ts';
import { measurePeaks } from './measure-peaks.ts';
import type { MediaSource } from './media-source.ts';
import { openMedia } from './open-media.ts';

function open(blob: Blob, prefer: 'webcodecs' | 'ffmpeg'): Promise<MediaSource> {
	return openMedia(blob, { name: 'made', prefer, ffmpegCore: testCore });
}

/** Containers round times to a thousandth of a second, once for each place that decoding begins at. */
const roundingSamples = 16;

/** Holds what begins at a sample against the same stretch of the whole. */
async function expectSame(source: MediaSource, startSample: number, whole: Float32Array) {
	let next = startSample;
	let worst = 0;
	for await (const block of source.audio(undefined, { startSample, near: true })) {
		expect(block.startSample).toBe(next);
		for (const [i, sample] of block.samples.entries()) {
			// The end is elsewhere by the rounding, and the resampler rings there.
			if (next + i > whole.length - 200) break;
			worst = Math.max(worst, Math.abs(sample - (whole[next + i] ?? NaN)));
		}
		next += block.samples.length;
	}
	expect(Math.abs(next - whole.length)).toBeLessThanOrEqual(roundingSamples);
	expect(worst).toBeLessThan(2e-4);
}

/** Thirty seconds of a slow wave: no two places in it are alike to the sample. */
function wave(codec: 'pcm-s16' | 'opus', frequencyHz: number): Promise<Blob> {
	return makeMedia({
		container: 'mkv',
		audio: { codec, sampleRateHz: 48_000, seconds: 30, frequenciesHz: [frequencyHz] },
	});
}

test.each(['webcodecs', 'ffmpeg'] as const)(
	'%s begins in the middle, in its place',
	async (path) => {
		const source = await open(await wave('pcm-s16', 0.031), path);
		const whole = await allAudio(source);
		for (const startSample of [0, 16_000 * 0.5, 16_000 * 20 + 123]) {
			await expectSame(source, startSample, whole);
		}
		await source.close();
	},
);

test('sound with a codec delay begins near its place, on the first path', async () => {
	const source = await open(await wave('opus', 20), 'webcodecs');
	const whole = await allAudio(source);
	const startSample = 16_000 * 15;
	const found: number[] = [];
	for await (const { samples } of source.audio(undefined, { startSample, near: true })) {
		found.push(...samples);
	}
	const difference = (shift: number): number =>
		Math.max(
			...found
				.slice(800, 4000)
				.map((value, i) => Math.abs(value - (whole[startSample + 800 + i + shift] ?? NaN))),
		);
	const shifts = Array.from({ length: 1201 }, (_, i) => i - 600);
	const best = shifts.reduce((a, b) => (difference(b) < difference(a) ? b : a));
	// A few hundredths of a second at most, and the very sound.
	expect(Math.abs(best)).toBeLessThan(480);
	expect(difference(best)).toBeLessThan(0.05);
	await source.close();
});

test('FFmpeg begins in the middle of a film, whose pictures are far apart', async () => {
	const film = await transcode(
		await makeMedia({
			container: 'mkv',
			video: { starts: Array.from({ length: 750 }, (_, i) => i / 25), lastSeconds: 0.04 },
			audio: { codec: 'pcm-s16', sampleRateHz: 16_000, seconds: 30, frequenciesHz: [0.031] },
		}),
		...['-c:v', 'mpeg4', '-bf', '0', '-g', '300', '-c:a', 'flac', '-f', 'matroska'],
	);
	const source = await open(film, 'ffmpeg');
	const whole = await allAudio(source);
	await expectSame(source, 16_000 * 27, whole);
	await source.close();
});

test('the waveform of a recording: told how far, cancelled, and had again', async () => {
	const source = await open(await wave('pcm-s16', 500), 'webcodecs');
	const abort = new AbortController();
	const cut = measurePeaks(source, { signal: abort.signal, onProgress: () => abort.abort() });
	await expect(cut).rejects.toMatchObject({ name: 'AbortError' });
	const told: number[] = [];
	const peaks = await measurePeaks(source, { onProgress: ({ done }) => told.push(done) });
	expect(peaks.rateHz).toBe(100);
	expect(peaks.maximum).toHaveLength(3000);
	expect(peaks.minimum).toHaveLength(3000);
	const middle = peaks.maximum.slice(10, -10);
	expect(Math.min(...middle)).toBeGreaterThan(0.48);
	expect(Math.max(...middle)).toBeLessThan(0.52);
	expect(Math.max(...peaks.minimum.slice(10, -10))).toBeLessThan(-0.48);
	expect(told.length).toBeGreaterThan(5);
	expect(told).toEqual([...told].sort((a, b) => a - b));
	await source.close();
});

test('a film without sound has a waveform of no length', async () => {
	const silent = await makeMedia({
		container: 'mkv',
		video: { starts: [0, 0.04], lastSeconds: 0.04 },
	});
	const source = await open(silent, 'webcodecs');
	expect((await measurePeaks(source, {})).maximum).toHaveLength(0);
	await source.close();
});
