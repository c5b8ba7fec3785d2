import * as v from 'valibot';
import { frameRateHz } from '../../../domain/session.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import { voiceActivity } from '../../../perception/voice-activity/silero-vad.ts';
import type { Ports } from '../../ports.ts';
import { parser } from '../../stored.ts';
import type { StoredResult } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import { activity } from './about.ts';

/** Tells speech from anything else. */
export const voiceModel = 'silero-vad';

/** Probability that anyone speaks in a file, by frame. */
export const storedVoice: StoredResult<Float32Array, null> = {
	name: 'voice',
	stages: [activity.id],
	code: 1,
	models: () => [voiceModel],
	parse: parser(v.instance(Float32Array)),
};

/** Probability that anyone speaks, one value per frame at 25 Hz. */
export function hearVoice(
	media: MediaSource,
	{ models }: Ports,
	work: Work,
): Promise<Float32Array> {
	return models.evenIfLost(async () => {
		const model = await models.get(voiceModel, work);
		const voice = await voiceActivity(model, media.audio(work.signal), work);
		models.count(voiceModel, voice.length / frameRateHz, 'seconds');
		return voice;
	});
}
