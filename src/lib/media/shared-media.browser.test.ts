import { describe, expect, test } from 'vitest';
import { allAudio, testCore } from '../../../tests/fixtures/made-media.ts';
import { hasSharedFiles, sharedFile } from '../../../tests/shared-browser.ts';
import { openMedia } from './open-media.ts';

/**
 * Real recordings. The sample and frame counts are those of native FFmpeg 5.1
 * (`-ac 1 -ar 16000 -f f32le`, `-f rawvideo -pix_fmt gray`).
 */
const recordings = [
	['sessions/grid-party-4/speakers/spk_0/central_crops/track_00.mp4', 960512, 1500],
	['sessions/grid-onevoice-4/speakers/spk_2/central_crops/track_00.mp4', 960512, 1500],
	['sessions/grid-party-4/central_video.mp4', 960512, 1500],
	['data/grid-s1/test/bbaf5a.mp4', 48128, 75],
	['media/jfk.flac', 176000, 0],
	['media/ami-minute/mixture.wav', 960000, 0],
] as const;

const FRAMES = 100;

async function decode(file: File, prefer: 'webcodecs' | 'ffmpeg') {
	const source = await openMedia(file, { name: file.name, prefer, ffmpegCore: testCore });
	expect(source.info.decoder).toBe(prefer);
	const sound = await allAudio(source);
	const size = source.info.video ? source.info.video.width * source.info.video.height : 0;
	const frames = new Uint8Array(FRAMES * size);
	let count = source.info.video?.frameCount ?? 0;
	if (source.info.video) {
		count = 0;
		for await (const block of source.frames()) {
			if (block.startFrame < FRAMES) {
				const room = frames.length - block.startFrame * size;
				frames.set(block.data.subarray(0, room), block.startFrame * size);
			}
			count += block.count;
		}
	}
	await source.close();
	return { sound, frames, count };
}

describe.skipIf(!hasSharedFiles)('real recordings on both paths', () => {
	test.each(recordings)('%s', async (path, samples, frames) => {
		const file = await sharedFile(path);
		const first = await decode(file, 'webcodecs');
		const second = await decode(file, 'ffmpeg');
		expect([first.sound.length, second.sound.length]).toEqual([samples, samples]);
		expect([first.count, second.count]).toEqual([frames, frames]);
		let worst = 0;
		for (let i = 0; i < samples; i++) {
			worst = Math.max(worst, Math.abs((first.sound[i] ?? 0) - (second.sound[i] ?? 0)));
		}
		expect(worst).toBeLessThan(1e-4);
		let sum = 0;
		for (let i = 0; i < first.frames.length; i++) {
			sum += Math.abs((first.frames[i] ?? 0) - (second.frames[i] ?? 0));
		}
		expect(sum / Math.max(1, first.frames.length)).toBeLessThan(3);
	});
});
