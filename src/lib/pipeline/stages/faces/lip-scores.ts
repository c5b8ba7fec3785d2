import * as v from 'valibot';
import type { FacePath } from '../../../domain/face-path.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import { fanOut } from '../../../media/fan-out.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import { windowsOf } from '../../../people/face-window.ts';
import type { FoundTrack } from '../../../people/find-faces.ts';
import { LipMotion } from '../../../perception/active-speaker/lag-curves.ts';
import {
	calibratedDurationsSeconds,
	scoreTrack,
	type LightAsd,
} from '../../../perception/active-speaker/score-track.ts';
import {
	appliedLag,
	lagMessage,
	loudnessOf,
	soundLag,
	soundOf,
	type SoundLag,
} from '../../../perception/active-speaker/sound-lag.ts';
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

/** What lips and sound say of each other. */
export interface LipScores {
	/** Log odds of speaking by track, one a frame from its first on; NaN where nothing can tell. */
	readonly scores: readonly Float32Array[];
	readonly lag: SoundLag;
}

export const storedLips: StoredResult<LipScores, RunSettings> = {
	name: 'lips',
	stages: [about.id],
	code: 2,
	models: () => faceScoreModels,
	parameters: ({ audioScale }) => [calibratedDurationsSeconds.join(''), audioScale],
	parse: parser(
		v.object({
			scores: v.array(v.instance(Float32Array)),
			lag: v.variant('kind', [
				v.object({ kind: v.literal('lag'), frames: v.number() }),
				v.object({ kind: v.literal('drift'), frames: v.number(), perFrame: v.number() }),
				v.object({ kind: v.picklist(['unrelated', 'unknown']) }),
			]),
		}),
	),
};

/**
 * Scores all tracks of a picture by Light-ASD, decoding it once. Still faces are not looked at. Where that shows that
 * the sound is early or late, all is scored again with the sound put right, and it is reported.
 */
export function scoreLipsOf(
	media: MediaSource,
	file: string,
	tracks: readonly FoundTrack[],
	{ audioScale }: RunSettings,
	{ models }: Ports,
	work: Work,
): Promise<LipScores> {
	const { signal } = work;
	const moving = tracks.filter(({ isStill }) => !isStill);
	const total = moving.reduce((sum, { path }) => sum + framesOf(path), 0);
	return models.evenIfLost(async () => {
		const [visual, audio, head] = await Promise.all([
			models.get('light-asd-visual', work),
			models.get('light-asd-audio', work),
			models.get('light-asd-head', work),
		]);
		const sound = await wholeSound(media.audio(signal), media.info.durationSeconds);
		const end = Math.max(0, ...moving.map(({ path }) => path.firstFrame + framesOf(path)));
		const motion = new LipMotion(end);
		const given = { models: { visual, audio, head }, media, moving, sound, audioScale };
		let found = await scoreAll(given, { kind: 'unknown' }, motion, work);
		const lag = soundLag(motion.rows, loudnessOf(sound));
		if (appliedLag(lag, 0) !== 0 || appliedLag(lag, end) !== 0) {
			found = await scoreAll(given, lag, null, work);
		}
		const message = lagMessage(lag, end);
		if (message !== null) work.report({ file, message });
		for (const id of faceScoreModels) models.count(id, total, 'frames');
		const scores = new Map(moving.map((track, index) => [track, found[index]]));
		return {
			scores: tracks.map((track) => seenOnly(track, scores.get(track) ?? new Float32Array(0))),
			lag,
		};
	});
}

interface Given {
	readonly models: LightAsd;
	readonly media: MediaSource;
	readonly moving: readonly FoundTrack[];
	readonly sound: Float32Array;
	readonly audioScale: RunSettings['audioScale'];
}

/** Once through the picture. @param motion takes what is seen of lips, unless that is known */
function scoreAll(
	{ models, media, moving, sound, audioScale }: Given,
	lag: SoundLag,
	motion: LipMotion | null,
	{ signal, onProgress: report }: Work,
): Promise<Float32Array[]> {
	const total = moving.reduce((sum, { path }) => sum + framesOf(path), 0);
	const counts = moving.map(() => 0);
	const options = { audioScale, durationsSeconds: calibratedDurationsSeconds };
	return fanOut(
		media.frames({ signal }),
		moving.map(({ path }) => windowsOf(path)),
		trackSize,
		async (frames, index) => {
			const { path } = present(moving[index], 'track');
			const { firstFrame } = path;
			const onProgress = ({ done }: { readonly done: number }): void => {
				counts[index] = done;
				const all = counts.reduce((sum, count) => sum + count, 0);
				report?.({ stage: 'lips', done: all, total, unit: 'frames' });
			};
			const { scores } = await scoreTrack(
				models,
				{
					frames,
					// One frame more: of exactly as many, the last would have no score.
					audio: soundOf(sound, lag, firstFrame, framesOf(path) + 1),
					frameStart: firstFrame,
					onFaces: (from, embeddings) => motion?.add(path, from, embeddings),
				},
				options,
				{ signal, onProgress },
			);
			return scores;
		},
	);
}

function framesOf({ corners }: FacePath): number {
	return corners.length / 4;
}

/** A score for each frame of a track: none where the face is out of sight or the sound has ended. */
function seenOnly({ path: { corners } }: FoundTrack, scores: Float32Array): Float32Array {
	return Float32Array.from({ length: corners.length / 4 }, (_, i) =>
		Number.isNaN(corners[i * 4]) ? NaN : (scores[i] ?? NaN),
	);
}
