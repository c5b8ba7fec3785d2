import { describe, expect, test } from 'vitest';
import {
	allAudio,
	clicksIn,
	makeClicks,
	makeMedia,
	retimed,
	testCore,
	transcode,
} from '../../../tests/fixtures/made-media.ts';
import { hasSharedFiles, sharedFile } from '../../../tests/shared-browser.ts';
import { openMedia } from './open-media.ts';

const paths = ['webcodecs', 'ffmpeg'] as const;
const aac = ['-c:a', 'aac', '-b:a', '96k', '-f', 'adts'];
const flac = ['-c:a', 'flac', '-frame_size', '4608', '-f', 'matroska'];

async function soundOf(file: Blob, prefer: (typeof paths)[number], channel?: number) {
	const told: string[] = [];
	const source = await openMedia(file, {
		name: 'made',
		prefer,
		ffmpegCore: testCore,
		onProblem: ({ message }) => told.push(message),
	});
	expect(source.info.decoder).toBe(prefer);
	const sound = channel === undefined ? await allAudio(source) : await channelOf(source, channel);
	await source.close();
	return { sound, told };
}

async function channelOf(source: Parameters<typeof allAudio>[0], channel: number) {
	const parts: number[] = [];
	for await (const { samples } of source.audio(undefined, { channel })) parts.push(...samples);
	return Float32Array.from(parts);
}

function expectAt(found: readonly number[], wanted: readonly number[], within: number): void {
	expect(found.length).toBe(wanted.length);
	for (const [i, at] of found.entries()) {
		expect(Math.abs(at - (wanted[i] ?? NaN)), `click ${i} at ${at}`).toBeLessThan(within);
	}
}

function largestDifference(a: Float32Array, b: Float32Array): number {
	expect(Math.abs(a.length - b.length)).toBeLessThanOrEqual(1);
	let worst = 0;
	for (let i = 0; i < Math.min(a.length, b.length); i++) {
		worst = Math.max(worst, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
	}
	return worst;
}

describe('packets that do not follow each other', () => {
	test.each([
		['AAC in mp4', aac, 'mp4', 0.0213],
		['FLAC in mkv', flac, 'mkv', 0],
	] as const)('a hole stays a hole: %s', async (_, codec, container, delay) => {
		const file = await retimed(await makeClicks(6, ...codec), container, (seconds) =>
			seconds > 2.2 && seconds < 3.2 ? null : seconds,
		);
		const sounds = [];
		for (const path of paths) {
			const { sound, told } = await soundOf(file, path);
			expectAt(
				clicksIn(sound),
				[0, 1, 2, 4, 5].map((at) => at + delay),
				0.01,
			);
			expect(told).toEqual([
				expect.stringMatching(
					/^(0\.9|1\.0)\d s of sound are missing at 2\.\d\d s; they are silent$/,
				),
			]);
			expect(Math.max(...sound.subarray(2.5 * 16000, 3 * 16000))).toBe(0);
			sounds.push(sound);
		}
		const [first, second] = sounds;
		if (first && second) expect(largestDifference(first, second)).toBeLessThan(1e-3);
	});

	test.each([1.03, 0.98, 1.002])('a clock that is wrong by %d is followed', async (speed) => {
		const made = await makeClicks(6, ...aac);
		const file = await retimed(made, 'mp4', (seconds) => seconds * speed);
		for (const path of paths) {
			const { sound, told } = await soundOf(file, path);
			expectAt(
				clicksIn(sound),
				[0, 1, 2, 3, 4, 5].map((at) => (at + 0.0213) * speed),
				0.01,
			);
			if (speed !== 1.002) expect(told.join()).toMatch(/^the sound is \d\.\d % too (short|long)/);
		}
	});

	test('sound that begins late, and begins again after a pause of 2 s', async () => {
		const file = await retimed(await makeClicks(3, ...flac), 'mkv', (seconds) =>
			seconds < 1.5 ? seconds + 0.7 : seconds + 2.7,
		);
		for (const path of paths) {
			const { sound } = await soundOf(file, path);
			// The file's only stream: its beginning is time 0.
			expectAt(clicksIn(sound), [0, 1, 4], 0.01);
		}
	});

	test('a clock that jitters is not', async () => {
		let count = 0;
		const made = await makeClicks(4, ...flac);
		const file = await retimed(made, 'mkv', (seconds) => seconds + 0.003 * (count++ % 2));
		const [first, second] = [await soundOf(made, 'webcodecs'), await soundOf(file, 'webcodecs')];
		expect(second.told).toEqual([]);
		expect(largestDifference(first.sound, second.sound)).toBeLessThan(1e-6);
	});
});

describe('channels', () => {
	function stereo(...frequenciesHz: number[]): Promise<Blob> {
		return makeMedia({
			container: 'wav',
			audio: { codec: 'pcm-s16', sampleRateHz: 16000, seconds: 5, frequenciesHz },
		});
	}

	test.each(paths)('one of them can be had, by %s', async (path) => {
		const file = await stereo(400, 700);
		const [left, right] = [await soundOf(file, path, 0), await soundOf(file, path, 1)];
		for (let i = 0; i < 16000; i++) {
			const wave = (hertz: number): number => 0.5 * Math.sin((2 * Math.PI * hertz * i) / 16000);
			expect(Math.abs((left.sound[i] ?? NaN) - wave(400))).toBeLessThan(1e-3);
			expect(Math.abs((right.sound[i] ?? NaN) - wave(700))).toBeLessThan(1e-3);
		}
	});

	test.each(paths)('a wire the wrong way round does not silence the sound, by %s', async (path) => {
		const turned = await transcode(
			await stereo(400),
			...['-af', 'pan=stereo|c0=c0|c1=-1*c0', '-c:a', 'pcm_s16le', '-f', 'wav'],
		);
		const { sound } = await soundOf(turned, path);
		expect(sound.length).toBe(80000);
		expect(Math.max(...sound)).toBeGreaterThan(0.45);
	});
});

test('a silent recording is read, and told', async () => {
	const silent = await makeMedia({
		container: 'wav',
		audio: { codec: 'pcm-s16', sampleRateHz: 16000, seconds: 1, frequenciesHz: [0] },
	});
	const { sound, told } = await soundOf(silent, 'webcodecs');
	expect(sound.length).toBe(16000);
	expect(told).toEqual(['the sound is silent: nothing in it is louder than -60 dBFS']);
});

describe.skipIf(!hasSharedFiles)('files that people sent in', () => {
	const seconds = [0, 1, 2, 3, 4, 5];
	test.each([
		['base.mp4', seconds, 0.011, ''],
		['gap.mp4', [0, 1, 2, 4, 5], 0.011, 'missing at 2.24 s'],
		['gapflac.mkv', [0, 1, 2, 4, 5], 0.001, 'missing at 2.21 s'],
		['drift.mp4', seconds.map((at) => (at + 0.0213) * 1.03), 0.01, '3.0 % too short'],
		// Against the picture, which begins at 0.080 s.
		['frag.mp4', seconds.map((at) => at + 0.08), 0.001, ''],
	] as const)('%s', async (name, clicks, within, problem) => {
		const file = await sharedFile(`cases/${name}`);
		const sounds = [];
		for (const path of paths) {
			const { sound, told } = await soundOf(file, path);
			expectAt(clicksIn(sound), clicks, within);
			expect(told.join()).toContain(problem);
			sounds.push(sound);
		}
		const [first, second] = sounds;
		if (first && second) expect(largestDifference(first, second)).toBeLessThan(1e-3);
	});
});
