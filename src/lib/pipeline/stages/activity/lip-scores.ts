import type { ActivityScores } from '../../../domain/activity.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import { embeddedId } from '../../../recognisers/embedded.ts';
import { speechScores } from '../../../recognisers/speech-scores.ts';
import { lipBlocks, lipModels, type LipSource } from '../../lip-blocks.ts';
import type { Ports } from '../../ports.ts';
import type { StoredResult } from '../../stored-result.ts';
import { wholeSound } from '../../whole-sound.ts';
import type { Work } from '../../work.ts';
import { activity } from './about.ts';
import { parseScores } from './parse-scores.ts';

/** Scores of a whole track by its lips and its sound. */
export const storedLipScores: StoredResult<ActivityScores, LipSource> = {
	name: 'activity',
	stages: [activity.id],
	code: 1,
	models: async (source, ports) => [embeddedId, ...(await lipModels(source, ports))],
	parse: parseScores,
};

/** Scores a whole track by its lips and its sound, with the embedded recogniser. */
export function scoreLips(
	media: MediaSource,
	source: LipSource,
	frameStart: number,
	ports: Ports,
	work: Work,
): Promise<ActivityScores> {
	const { models } = ports;
	return models.evenIfLost(async () => {
		const model = await models.get(embeddedId, work);
		const lips = await lipBlocks(media, source, {}, ports, work);
		const audio = await wholeSound(media.audio(work.signal), media.info.durationSeconds);
		const { signal, onProgress } = work;
		const totalFrames = media.info.video?.frameCount ?? 0;
		const scores = await speechScores(model, lips, audio, { signal, onProgress, totalFrames });
		return { frameStart, scores };
	});
}
