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

interface Stretch {
	readonly speaker: keyof (typeof golden.runs)[0]['tenths'];
	/** Whole seconds: the chunks of the golden scores begin there, too. */
	readonly startFrame: number;
	readonly scoredFrames: number;
	/** Part of the scored frames, from there to there. */
	readonly compared: readonly [number, number];
}

/** Four seconds are within whole chunks of each of the six durations, which end after six at the latest. */
const sixDurations = { startFrame: 0, scoredFrames: 150, compared: [0, 100] } as const;
/** Where the sound is cut its first feature is another one, for the sample before it is missing: that chunk is passed over. */
const oneDuration = { scoredFrames: 125, compared: [25, 125] } as const;

/** Both scales, all four faces and the whole minute; six durations begin together at its start alone. */
const stretches = golden.runs.flatMap((run) => {
	const own: Stretch[] =
		run.durationsSeconds.length > 1
			? [{ speaker: run.audioScale === 'unit' ? 'spk_2' : 'spk_1', ...sixDurations }]
			: [
					{ speaker: 'spk_0', startFrame: 1350, ...oneDuration },
					{ speaker: 'spk_1', startFrame: 950, ...oneDuration },
					{ speaker: 'spk_2', startFrame: 500, ...oneDuration },
					{ speaker: 'spk_3', startFrame: 0, ...oneDuration },
				];
	return own.map((stretch) => ({ ...run, ...stretch }));
});

/**
 * The whole way from the file to rounded scores, against an independent implementation in PyTorch
 * that decoded with native FFmpeg.
 */
describe.skipIf(!hasSharedFiles)('a real track', () => {
	test.each(stretches)(
		'$speaker from frame $startFrame on, $audioScale, chunks of $durationsSeconds s',
		async (stretch) => {
			const { speaker, startFrame, scoredFrames, compared } = stretch;
			const path = `sessions/grid-party-4/speakers/${speaker}/central_crops/track_00.mp4`;
			const media = await openMedia(await sharedFile(path), {
				name: 'track_00.mp4',
				prefer: 'webcodecs',
				ffmpegCore: testCore,
			});
			const range = { startFrame, endFrame: startFrame + scoredFrames };
			async function* frames() {
				for await (const block of media.frames(range)) {
					yield { ...block, startFrame: block.startFrame - startFrame };
				}
			}
			const firstSample = 640 * startFrame;
			const audio = (await allAudio(media)).slice(
				firstSample,
				firstSample + 640 * (scoredFrames + 1),
			);
			const [visual, sound, head] = await Promise.all([
				inference.load('light-asd-visual'),
				inference.load('light-asd-audio'),
				inference.load('light-asd-head'),
			]);
			const { scores } = await scoreTrack(
				{ visual, audio: sound, head },
				{ frames: frames(), audio, frameStart: 0 },
				{
					audioScale: stretch.audioScale === 'unit' ? 'unit' : 'int16',
					durationsSeconds: stretch.durationsSeconds,
				},
			);
			await media.close();
			expect(scores.length).toBe(scoredFrames);
			const [from, to] = compared;
			const found = scores.slice(from, to);
			const steps = stretch.tenths[speaker]
				.slice(startFrame + from, startFrame + to)
				.map((value, i) => Math.abs(Math.round(10 * (found[i] ?? NaN)) - value));
			expect(steps).toHaveLength(to - from);
			expect(steps.every((step) => step <= 1)).toBe(true);
			expect(steps.filter((step) => step === 0).length).toBeGreaterThanOrEqual(0.99 * (to - from));
		},
		600_000,
	);
});
