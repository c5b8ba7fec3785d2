import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allAudio, testCore } from '../../../../tests/fixtures/made-media.ts';
import { hasSharedFiles, sharedFile } from '../../../../tests/shared-browser.ts';
import { createBrowserInference } from '../../inference/browser-inference.ts';
import { VolatileCheckMemory } from '../../inference/self-check.ts';
import { openMedia } from '../../media/open-media.ts';
import type { MediaSource } from '../../media/media-source.ts';
import { LipMotion } from './lag-curves.ts';
import { scoreTrack } from './score-track.ts';
import { loudnessOf, soundLag } from './sound-lag.ts';

const inference = createBrowserInference({
	base: `${location.origin}/`,
	checks: new VolatileCheckMemory(),
	policy: 'wasm',
});

afterAll(() => inference.close());

const frames = 28 * 25;

/** Four real faces and a mix of their voices, two conversations at once. */
describe.skipIf(!hasSharedFiles)('the lag of real sound', () => {
	const motion = new LipMotion(frames);
	let sound: Float32Array;

	beforeAll(async () => {
		const [visual, audio, head] = await Promise.all([
			inference.load('light-asd-visual'),
			inference.load('light-asd-audio'),
			inference.load('light-asd-head'),
		]);
		for (const speaker of [0, 1, 2, 3]) {
			const path = `sessions/grid-party-4/speakers/spk_${speaker}/central_crops/track_00.mp4`;
			const media = await open(path);
			sound = await allAudio(media);
			const corners = new Float32Array(4 * frames);
			await scoreTrack(
				{ visual, audio, head },
				{
					frames: media.frames({ endFrame: frames }),
					audio: sound.subarray(0, 640 * (frames + 1)),
					frameStart: 0,
					onFaces: (from, rows) => motion.add({ firstFrame: 0, corners }, from, rows),
				},
				{ audioScale: 'int16', durationsSeconds: [1] },
			);
			await media.close();
		}
	});

	test.each([-8, -3, 0, 5, 8])('%i frames early is found', (shift) => {
		const moved = new Float32Array(sound.length);
		if (shift >= 0) moved.set(sound.subarray(640 * shift));
		else moved.set(sound.subarray(0, 640 * shift), -640 * shift);
		const lag = soundLag(motion.rows, loudnessOf(moved));
		if (lag.kind !== 'lag') throw new Error(`The lag is ${lag.kind}`);
		expect(Math.abs(lag.frames - shift)).toBeLessThanOrEqual(1);
	});

	test.each(['panel-4', 'crossing-4', 'dyad-1'])('the sound of %s gives none', async (name) => {
		const media = await open(`recordings/${name}/${name}.mp4`);
		const other = await allAudio(media);
		await media.close();
		expect(soundLag(motion.rows, loudnessOf(other)).kind).not.toBe('lag');
	});
});

function open(path: string): Promise<MediaSource> {
	const name = path.split('/').at(-1) ?? path;
	return sharedFile(path).then((file) =>
		openMedia(file, { name, prefer: 'webcodecs', ffmpegCore: testCore }),
	);
}
