import * as v from 'valibot';
import type { TimeRange } from '../../../domain/time-range.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import { BilstmVoice } from '../../../perception/voice/bilstm-voice.ts';
import { printStretches } from '../../../perception/voice/print-stretches.ts';
import type { VoicePrint, VoiceThresholds } from '../../../perception/voice/voice-embedder.ts';
import { WespeakerVoice, wespeakerId } from '../../../perception/voice/wespeaker-voice.ts';
import type { Ports } from '../../ports.ts';
import { parser } from '../../stored.ts';
import type { StoredResult } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import { segments } from './about.ts';

/** Voices of several stretches of one recording, by one embedder. */
export interface VoicePrints {
	readonly prints: readonly VoicePrint[];
	readonly thresholds: VoiceThresholds;
}

/** The embedding that comes with the app. */
export const smallVoiceModel = 'voice-bilstm';

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
		const embedder = id === wespeakerId ? new WespeakerVoice(model) : new BilstmVoice(model);
		const prints = await printStretches(embedder, media.audio(work.signal), stretches, work);
		const { sameVoiceCosine, surelySameCosine, differentVoicesCosine } = embedder;
		return { prints, thresholds: { sameVoiceCosine, surelySameCosine, differentVoicesCosine } };
	});
}

/** The better embedding, where a person has added it. */
async function voiceModel({ models }: Ports): Promise<string> {
	return (await models.isAdded(wespeakerId)) ? wespeakerId : smallVoiceModel;
}
