import * as v from 'valibot';
import type { TimeRange } from '../../../domain/time-range.ts';
import type { Model } from '../../../inference/model.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import { BilstmVoice } from '../../../perception/voice/bilstm-voice.ts';
import { printStretches } from '../../../perception/voice/print-stretches.ts';
import type {
	VoiceEmbedder,
	VoicePrint,
	VoiceThresholds,
} from '../../../perception/voice/voice-embedder.ts';
import { WespeakerVoice, wespeakerId } from '../../../perception/voice/wespeaker-voice.ts';
import { XVectorVoice } from '../../../perception/voice/xvector-voice.ts';
import { firstHere, type Ports } from '../../ports.ts';
import { parser } from '../../stored.ts';
import type { StoredResult } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import { segments } from './about.ts';

/** Voices of several stretches of one recording, by one embedder. */
export interface VoicePrints {
	readonly prints: readonly VoicePrint[];
	readonly thresholds: VoiceThresholds;
}

/** The embedding that comes with the app, where its repository can be reached. */
export const smallVoiceModel = 'voice-bilstm';

/** The one that stands in for it in sessions, and is the better one in recordings. */
export const xvectorId = 'xvector';

/** Embeddings that come with the app and may be needed for a session. */
export const sessionVoiceModels: readonly string[] = [smallVoiceModel, xvectorId];

export const storedPrints: StoredResult<VoicePrints, null> = {
	name: 'voices',
	stages: [segments.id],
	code: 2,
	models: async (_, ports) => [await voiceModel(ports)],
	parse: parser(
		v.object({
			prints: v.array(v.instance(Float32Array)),
			thresholds: v.object({
				sameVoiceCosine: v.number(),
				surelySameCosine: v.number(),
				differentVoicesCosine: v.number(),
			}),
		}),
	),
};

/**
 * The voice in each of several sets of stretches, in seconds of the recording. The sound is read once
 * and no more of it kept than a set that is not complete yet.
 */
export function voicePrints(
	media: MediaSource,
	stretches: readonly (readonly TimeRange[])[],
	ports: Ports,
	work: Work,
): Promise<VoicePrints> {
	const { models } = ports;
	return models.evenIfLost(async () => {
		const id = await voiceModel(ports);
		const model = await models.get(id, work);
		const embedder = embedderOf(id, model);
		const prints = await printStretches(embedder, media.audio(work.signal), stretches, work);
		const { sameVoiceCosine, surelySameCosine, differentVoicesCosine } = embedder;
		return { prints, thresholds: { sameVoiceCosine, surelySameCosine, differentVoicesCosine } };
	});
}

/** The better embedding, where a person has added it. */
async function voiceModel(ports: Ports): Promise<string> {
	const added = await ports.models.isAdded(wespeakerId);
	return added ? wespeakerId : firstHere(sessionVoiceModels, ports);
}

/** The voices that a model hears. @param id in the catalogue */
export function embedderOf(id: string, model: Model): VoiceEmbedder {
	switch (id) {
		case wespeakerId:
			return new WespeakerVoice(model);
		case xvectorId:
			return new XVectorVoice(model);
		default:
			return new BilstmVoice(model);
	}
}
