import * as v from 'valibot';
import { sampleRateHz, frameRateHz } from '../../../domain/session.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import { fanOut } from '../../../media/fan-out.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import { windowsOf } from '../../../people/face-window.ts';
import type { FoundTrack } from '../../../people/find-faces.ts';
import {
	calibratedDurationsSeconds,
	scoreTrack,
} from '../../../perception/active-speaker/score-track.ts';
import { present } from '../../../support/assert.ts';
import type { Ports } from '../../ports.ts';
import { parser } from '../../stored.ts';
import type { StoredResult } from '../../stored-result.ts';
import { wholeSound } from '../../whole-sound.ts';
import type { Work } from '../../work.ts';
import { faceScoreModels } from '../activity/face-scores.ts';
import { faces as about } from './about.ts';

/** Side of the pictures that the active speaker detector was trained on. */
const trackSize = 224;

/** Log odds of speaking by track, one a frame from its first on; NaN where nothing can tell. */
export type LipScores = readonly Float32Array[];

export const storedLips: StoredResult<LipScores, RunSettings> = {
	name: 'lips',
	stages: [about.id],
	code: 1,
	models: () => faceScoreModels,
	parameters: ({ audioScale }) => [calibratedDurationsSeconds.join(''), audioScale],
	parse: parser(v.array(v.instance(Float32Array))),
};

/** Scores all tracks of a picture by Light-ASD, decoding it once. Still faces are not looked at. */
export function scoreLipsOf(
	media: MediaSource,
	tracks: readonly FoundTrack[],
	{ audioScale }: RunSettings,
	{ models }: Ports,
	work: Work,
): Promise<LipScores> {
	const { signal } = work;
	const moving = tracks.filter(({ isStill }) => !isStill);
	const total = moving.reduce((sum, { path }) => sum + path.corners.length / 4, 0);
	const counts = moving.map(() => 0);
	const options = { audioScale, durationsSeconds: calibratedDurationsSeconds };
	return models.evenIfLost(async () => {
		const [visual, audio, head] = await Promise.all([
			models.get('light-asd-visual', work),
			models.get('light-asd-audio', work),
			models.get('light-asd-head', work),
		]);
		const sound = await wholeSound(media.audio(signal));
		const scored = await fanOut(
			media.frames({ signal }),
			moving.map(({ path }) => windowsOf(path)),
			trackSize,
			async (frames, index) => {
				const { firstFrame, corners } = present(moving[index], 'track').path;
				const onProgress = ({ done }: { readonly done: number }): void => {
					counts[index] = done;
					const all = counts.reduce((sum, count) => sum + count, 0);
					work.onProgress?.({ stage: 'lips', done: all, total, unit: 'frames' });
				};
				const samples = (frame: number): number => (frame * sampleRateHz) / frameRateHz;
				const end = firstFrame + corners.length / 4;
				const own = sound.subarray(samples(firstFrame), samples(end + 1));
				const { scores } = await scoreTrack(
					{ visual, audio, head },
					{ frames, audio: own, frameStart: firstFrame },
					options,
					{ signal, onProgress },
				);
				return scores;
			},
		);
		for (const id of faceScoreModels) models.count(id, total, 'frames');
		const found = new Map(moving.map((track, index) => [track, scored[index]]));
		return tracks.map((track) => seenOnly(track, found.get(track) ?? new Float32Array(0)));
	});
}

/** A score for each frame of a track: none where the face is out of sight or the sound has ended. */
function seenOnly({ path: { corners } }: FoundTrack, scores: Float32Array): Float32Array {
	return Float32Array.from({ length: corners.length / 4 }, (_, i) =>
		Number.isNaN(corners[i * 4]) ? NaN : (scores[i] ?? NaN),
	);
}
