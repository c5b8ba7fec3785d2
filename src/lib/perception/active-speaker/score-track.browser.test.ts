import { afterAll, describe, expect, test } from 'vitest';
import golden from '../../../../tests/golden/light-asd/grid-party-4.json';
import { allAudio, testCore } from '../../../../tests/fixtures/made-media.ts';
import { hasSharedFiles, sharedFile } from '../../../../tests/shared-browser.ts';
import { createBrowserInference } from '../../inference/browser-inference.ts';
import { VolatileCheckMemory } from '../../inference/self-check.ts';
import { openMedia } from '../../media/open-media.ts';
import { scoreTrack } from './score-track.ts';

const inference = createBrowserInference({
	base: `${location.origin}/`,
	checks: new VolatileCheckMemory(),
	policy: 'wasm',
});

afterAll(() => inference.close());

/** Ten seconds hold whole chunks of 1, 2 and 5 s; those of 3, 4 and 6 s need two more. */
const comparedFrames = 250;
const scoredFrames = 300;

/**
 * The whole way from the file to rounded scores, against an independent implementation in PyTorch
 * that decoded with native FFmpeg.
 */
describe.skipIf(!hasSharedFiles)('a real track', () => {
	test.each(golden.runs.filter(({ audioScale }) => audioScale === 'int16'))(
		'chunks of $durationsSeconds s',
		async ({ durationsSeconds, tenths }) => {
			const path = 'sessions/grid-party-4/speakers/spk_1/central_crops/track_00.mp4';
			const media = await openMedia(await sharedFile(path), {
				name: 'track_00.mp4',
				prefer: 'webcodecs',
				ffmpegCore: testCore,
			});
			const frames = media.frames({ endFrame: scoredFrames });
			const audio = (await allAudio(media)).slice(0, 640 * (scoredFrames + 1));
			const [visual, sound, head] = await Promise.all([
				inference.load('light-asd-visual'),
				inference.load('light-asd-audio'),
				inference.load('light-asd-head'),
			]);
			const { scores } = await scoreTrack(
				{ visual, audio: sound, head },
				{ frames, audio, frameStart: 0 },
				{ audioScale: 'int16', durationsSeconds },
			);
			await media.close();
			expect(scores.length).toBe(scoredFrames);
			const steps = tenths.spk_1
				.slice(0, comparedFrames)
				.map((value, frame) => Math.abs(Math.round(10 * (scores[frame] ?? NaN)) - value));
			expect(steps.every((step) => step <= 1)).toBe(true);
			expect(steps.filter((step) => step === 0).length).toBeGreaterThanOrEqual(
				0.99 * comparedFrames,
			);
		},
		600_000,
	);
});
