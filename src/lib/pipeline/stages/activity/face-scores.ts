import type { ActivityScores } from '../../../domain/activity.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import {
	baselineDurationsSeconds,
	calibratedDurationsSeconds,
	scoreTrack,
} from '../../../perception/active-speaker/score-track.ts';
import type { Ports } from '../../ports.ts';
import type { StoredResult } from '../../stored-result.ts';
import { wholeSound } from '../../whole-sound.ts';
import type { Work } from '../../work.ts';
import { activity } from './about.ts';
import { parseScores } from './parse-scores.ts';

/** Side of the face tracks that the active speaker detector was trained on, in pixels. */
const trackSize = 224;

export const faceScoreModels = ['light-asd-visual', 'light-asd-audio', 'light-asd-head'] as const;

/** Scores of a whole track by Light-ASD. */
export const storedFaceScores: StoredResult<ActivityScores, RunSettings> = {
	name: 'activity',
	stages: [activity.id],
	code: 1,
	models: () => faceScoreModels,
	parameters: (settings) => [durationsFor(settings).join(''), settings.audioScale],
	parse: parseScores,
};

/** Scores a whole track by Light-ASD. */
export function scoreFaces(
	media: MediaSource,
	frameStart: number,
	settings: RunSettings,
	{ models }: Ports,
	work: Work,
): Promise<ActivityScores> {
	const { signal } = work;
	const options = { audioScale: settings.audioScale, durationsSeconds: durationsFor(settings) };
	return models.evenIfLost(async () => {
		const [visual, audio, head] = await Promise.all([
			models.get('light-asd-visual', work),
			models.get('light-asd-audio', work),
			models.get('light-asd-head', work),
		]);
		const frames = media.frames({ width: trackSize, height: trackSize, signal });
		const track = {
			frames,
			audio: await wholeSound(media.audio(signal), media.info.durationSeconds),
			frameStart,
		};
		const found = await scoreTrack({ visual, audio, head }, track, options, work);
		for (const id of faceScoreModels) models.count(id, found.scores.length, 'frames');
		return found;
	});
}

/** Whether anything of the challenge's baseline is asked for. */
export function wantsBaseline({ speechActivity, conversations }: RunSettings): boolean {
	return speechActivity === 'baseline' || conversations === 'baseline';
}

/** Chunks of the active speaker scores: the baseline's own where anything of it is asked for. */
function durationsFor(settings: RunSettings): readonly number[] {
	return wantsBaseline(settings) ? baselineDurationsSeconds : calibratedDurationsSeconds;
}
