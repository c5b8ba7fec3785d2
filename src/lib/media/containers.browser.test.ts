import { describe, expect, test } from 'vitest';
import { allAudio, makeMedia, testCore, transcode } from '../../../tests/fixtures/made-media.ts';
import { hasSharedFiles, sharedFile } from '../../../tests/shared-browser.ts';
import { describeMedia } from './describe.ts';
import { openMedia } from './open-media.ts';

/** Two seconds at 25 Hz with sound at 48 kHz. */
function film(codec: 'pcm-s16' | 'opus' = 'pcm-s16'): Promise<Blob> {
	return makeMedia({
		container: 'mkv',
		video: { starts: Array.from({ length: 50 }, (_, i) => i / 25), lastSeconds: 0.04 },
		audio: { codec, sampleRateHz: 48000, seconds: 2, frequenciesHz: [500, 500] },
	});
}

const pieces = 'frag_keyframe+empty_moov+delay_moov';
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];

/**
 * Each kind of file, how FFmpeg makes it (none of them can be gone back in, so that no container knows
 * its length), who decodes it, and how far its length may be from 2 s: by a codec's frames.
 */
const kinds: readonly (readonly [string, readonly string[], 'webcodecs' | 'ffmpeg', number])[] = [
	['mp4', [...x264, '-c:a', 'aac', '-movflags', pieces, '-f', 'mp4'], 'webcodecs', 0.1],
	['mov', [...x264, '-c:a', 'pcm_s16le', '-movflags', pieces, '-f', 'mov'], 'webcodecs', 0.05],
	['mkv', [...x264, '-c:a', 'flac', '-f', 'matroska'], 'webcodecs', 0.05],
	['webm', ['-c', 'copy', '-f', 'webm'], 'webcodecs', 0.05],
	['ts', [...x264, '-c:a', 'aac', '-f', 'mpegts'], 'webcodecs', 0.1],
	['mkv, AC-3', [...x264, '-c:a', 'ac3', '-f', 'matroska'], 'webcodecs', 0.1],
	['avi', ['-c:v', 'mpeg4', '-c:a', 'libmp3lame', '-f', 'avi'], 'ffmpeg', 0.1],
	['wmv', ['-c:v', 'wmv2', '-c:a', 'wmav2', '-f', 'asf'], 'ffmpeg', 0.15],
	['ts, MPEG-2', ['-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'mpegts'], 'ffmpeg', 0.15],
	['flv', ['-c:v', 'flv', '-c:a', 'libmp3lame', '-ar', '44100', '-f', 'flv'], 'ffmpeg', 0.15],
	['mpg', ['-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'mpeg'], 'ffmpeg', 0.15],
	['ogv', ['-c:v', 'libtheora', '-c:a', 'libvorbis', '-f', 'ogg'], 'ffmpeg', 0.1],
	['ogg', ['-vn', '-c:a', 'libvorbis', '-f', 'ogg'], 'webcodecs', 0.05],
	['opus', ['-vn', '-c:a', 'copy', '-f', 'ogg'], 'webcodecs', 0.05],
	['mp3', ['-vn', '-c:a', 'libmp3lame', '-write_xing', '0', '-f', 'mp3'], 'webcodecs', 0.1],
	['wav', ['-vn', '-c:a', 'pcm_s16le', '-f', 'wav'], 'webcodecs', 0.001],
	['wav, 24 bit', ['-vn', '-c:a', 'pcm_s24le', '-f', 'wav'], 'webcodecs', 0.001],
	['flac', ['-vn', '-c:a', 'flac', '-f', 'flac'], 'webcodecs', 0.001],
	['aac', ['-vn', '-c:a', 'aac', '-f', 'adts'], 'webcodecs', 0.1],
	['m4a', ['-vn', '-c:a', 'aac', '-movflags', pieces, '-f', 'ipod'], 'webcodecs', 0.1],
	['m4a, ALAC', ['-vn', '-c:a', 'alac', '-movflags', pieces, '-f', 'ipod'], 'ffmpeg', 0.1],
	['caf', ['-vn', '-c:a', 'pcm_s16be', '-f', 'caf'], 'ffmpeg', 0.001],
	['au', ['-vn', '-c:a', 'pcm_s16be', '-f', 'au'], 'ffmpeg', 0.001],
	['wma', ['-vn', '-c:a', 'wmav2', '-f', 'asf'], 'ffmpeg', 0.15],
	['ac3', ['-vn', '-c:a', 'ac3', '-f', 'ac3'], 'ffmpeg', 0.1],
];

/** The first second's loudest sample: 500 Hz, 0.5 high, whatever the codec did to it. */
function loudest(sound: Float32Array): number {
	return Math.max(...sound.subarray(4000, 16000));
}

describe('kinds of files', () => {
	test.each(kinds)('%s', async (name, args, decoder, tolerance) => {
		const file = await transcode(await film(args.includes('copy') ? 'opus' : 'pcm-s16'), ...args);
		const description = await describeMedia(file, { name, ffmpegCore: testCore });
		expect(Math.abs(description.durationSeconds - 2)).toBeLessThan(tolerance);
		expect(description.audio?.tracks).toHaveLength(1);
		if (args.includes('-vn')) expect(description.video).toBeNull();
		else {
			expect(description.video).toMatchObject({
				...{ width: 64, height: 48, rotation: 0, isStill: false, isVariableRate: false },
			});
			expect(description.video?.framesPerSecond).toBeCloseTo(25, 1);
			expect(Math.abs(description.offsetSeconds)).toBeLessThan(0.06);
		}

		const problems: string[] = [];
		const source = await openMedia(file, {
			name,
			ffmpegCore: testCore,
			onProblem: ({ message }) => problems.push(message),
		});
		expect(source.info.decoder).toBe(decoder);
		expect(source.info.durationSeconds).toBeCloseTo(description.durationSeconds, 1);
		expect(source.info.video === null).toBe(args.includes('-vn'));
		const sound = await allAudio(source);
		expect(Math.abs(sound.length / 16000 - 2)).toBeLessThan(tolerance + 0.001);
		expect(Math.abs(loudest(sound) - 0.5)).toBeLessThan(0.05);
		// A programme stream tells the time of some frames only, and FFmpeg's clock drops the others.
		if (source.info.video && name !== 'mpg') {
			let count = 0;
			for await (const block of source.frames()) count += block.count;
			expect(Math.abs(count - 50)).toBeLessThanOrEqual(3);
		}
		expect(problems).toEqual([]);
		await source.close();
	});
});

/** FFmpeg goes back to write the lengths of an AIFF, so it is put together here. */
test('aiff', async () => {
	const raw = await transcode(await film(), '-vn', '-ac', '1', '-c:a', 'pcm_s16be', '-f', 's16be');
	const header = new DataView(new ArrayBuffer(54));
	const bytes = new TextEncoder();
	const text = (at: number, word: string): void =>
		new Uint8Array(header.buffer).set(bytes.encode(word), at);
	text(0, 'FORM');
	header.setUint32(4, 46 + raw.size);
	text(8, 'AIFFCOMM');
	header.setUint32(16, 18);
	header.setUint16(20, 1);
	header.setUint32(22, raw.size / 2);
	header.setUint16(26, 16);
	// 48,000 as an 80-bit float: 2^15 times 1.46484375.
	header.setUint16(28, 16383 + 15);
	header.setUint32(30, 48000 * 2 ** 16);
	text(38, 'SSND');
	header.setUint32(42, raw.size + 8);
	const file = new Blob([header, raw]);
	const options = { name: 'aiff', ffmpegCore: testCore };
	expect(await describeMedia(file, options)).toMatchObject({ durationSeconds: 2, video: null });
	const source = await openMedia(file, options);
	expect(source.info.decoder).toBe('ffmpeg');
	expect((await allAudio(source)).length).toBe(32000);
	await source.close();
});

/** Duration, displayed size, rotation, frames a second, tracks, decoder of the sent files. */
const sent = [
	['ac3.mkv', 2.01, null, 0, null, 1, 'ffmpeg'],
	['annex-b-avc.mkv', 35.23, [1920, 1080], 0, null, 0, 'webcodecs'],
	['cursed-vfr.mp4', 8.73, [3026, 1386], 0, null, 0, 'webcodecs'],
	['edts.mp4', 9, [854, 480], 0, 25, 1, 'webcodecs'],
	['hevc.ts', 5.01, [1920, 1080], 0, 24, 1, 'ffmpeg'],
	['multiple-aac-tracks.mp4', 5.01, null, 0, null, 2, 'webcodecs'],
	['no-initial-keyframe.ts', 2.65, [640, 360], 0, 29.97, 1, 'webcodecs'],
	['rotate-buck-bunny.mp4', 2.01, [1080, 1920], 90, 24, 1, 'webcodecs'],
	['sar_2x1.mp4', 5, [1280, 360], 0, 30, 0, 'webcodecs'],
	['toothsome-dts.mp4', 38.51, null, 0, null, 1, 'ffmpeg'],
] as const;

describe.skipIf(!hasSharedFiles)('files that decoders trip over', () => {
	test.each(sent)('%s', async (name, seconds, size, rotation, rate, tracks, decoder) => {
		const file = await sharedFile(`media/containers/mediabunny_${name}`);
		const options = { name, ffmpegCore: testCore };
		const described = await describeMedia(file, options);
		const byFFmpeg = await describeMedia(file, { ...options, prefer: 'ffmpeg' });
		for (const description of [described, byFFmpeg]) {
			const { video, audio, durationSeconds } = description;
			expect(Math.abs(durationSeconds - seconds)).toBeLessThan(0.1);
			expect(video && [video.width, video.height]).toEqual(size);
			if (video) expect(video.rotation).toBe(rotation);
			if (rate !== null) expect(Math.abs((video?.framesPerSecond ?? 0) - rate)).toBeLessThan(0.5);
			else if (video) expect(video.isVariableRate).toBe(true);
			expect(audio?.tracks.length ?? 0).toBe(tracks);
		}
		const source = await openMedia(file, options);
		expect(source.info.decoder).toBe(decoder);
		expect(Math.abs(source.info.durationSeconds - seconds)).toBeLessThan(0.1);
		if (size) expect(source.info.video).toMatchObject({ width: size[0], height: size[1] });
		await source.close();
	});
});
