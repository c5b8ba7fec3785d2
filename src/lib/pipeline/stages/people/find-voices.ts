import * as v from 'valibot';
import { sampleRateHz, type SourceFile } from '../../../domain/session.ts';
import { judgeChannels } from '../../../media/judge-channels.ts';
import type { AudioBlock, MediaSource } from '../../../media/media-source.ts';
import { findVoices, type Sound } from '../../../people/find-voices.ts';
import type { VoiceMaterial, VoicePiece } from '../../../people/found-voices.ts';
import { segmentationId } from '../../../people/segment-speakers.ts';
import type { VoiceEmbedder } from '../../../perception/voice/voice-embedder.ts';
import { wespeakerId } from '../../../perception/voice/wespeaker-voice.ts';
import { present } from '../../../support/assert.ts';
import { ConfabError } from '../../../support/errors.ts';
import type { OnProgress, Progress } from '../../../support/progress.ts';
import { withFile, type Ports } from '../../ports.ts';
import { parser } from '../../stored.ts';
import type { StoredResult } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import { voiceModel as speechModel } from '../activity/hear-voice.ts';
import { embedderOf, smallVoiceModel, xvectorId } from '../segments/voice-prints.ts';
import { people as about } from './about.ts';

/** Times the energy of the next channel: 6 dB, from which on `judgeChannels` holds a channel to lead. */
const clearlyLouder = 4;

/** What of a run's time goes into finding speech; telling voices apart is the rest. */
const speechPart = 0.35;

/** Speech and voices of a file, however many people they are held to be. */
export const storedVoices: StoredResult<VoiceMaterial, null> = {
	name: 'people',
	stages: [about.id],
	code: 2,
	models: async (_, ports) => {
		const embedder = await embedderHere(ports);
		const segmentation = await segmentationHere(ports);
		return [speechModel, embedder, segmentation].filter((id) => id !== null);
	},
	parse: parser(
		v.object({
			pieces: v.array(
				v.object({
					startSeconds: v.number(),
					endSeconds: v.number(),
					solo: v.boolean(),
					voice: v.nullable(v.number()),
					embedding: v.nullable(v.instance(Float32Array)),
					turn: v.exactOptional(v.number()),
					channel: v.exactOptional(v.number()),
				}),
			),
			speech: v.instance(Float32Array),
			embedder: v.nullable(v.string()),
		}),
	),
};

/** The best embedding that is here: one that a person added, else one that comes with the app; null for none. */
async function embedderHere({ models }: Ports): Promise<string | null> {
	if (await models.isAdded(wespeakerId)) return wespeakerId;
	for (const id of [xvectorId, smallVoiceModel]) {
		try {
			await models.version(id);
			return id;
		} catch (error) {
			if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
		}
	}
	return null;
}

/** pyannote's segmentation, where a person added it; null otherwise. */
async function segmentationHere({ models }: Ports): Promise<string | null> {
	return (await models.isAdded(segmentationId)) ? segmentationId : null;
}

async function openEmbedder(ports: Ports, work: Work): Promise<VoiceEmbedder | null> {
	const id = await embedderHere(ports);
	if (id === null) return null;
	return embedderOf(id, await ports.models.get(id, work));
}

/**
 * Listens to a file: where there is speech, and what each piece of it sounds like.
 *
 * @throws ConfabError `UnsupportedMedia`, also for a file without sound; `ModelUnavailable` when speech
 *   cannot be told from anything else.
 */
export function hearVoices(
	file: SourceFile,
	durationSeconds: number,
	ports: Ports,
	work: Work,
): Promise<VoiceMaterial> {
	return ports.models.evenIfLost(() =>
		withFile(file, ports, work, async (media) => {
			const vad = await ports.models.get(speechModel, work);
			const embedder = await openEmbedder(ports, work);
			const segmenting = await segmentationHere(ports);
			const segmentation = segmenting === null ? null : await ports.models.get(segmenting, work);
			const sound: Sound = () => media.audio(work.signal);
			const onProgress = overall(durationSeconds, work.onProgress);
			const options = { signal: work.signal, onProgress };
			const used = { vad, embedder, segmentation };
			const { pieces: heard, speech } = await findVoices(sound, used, options);
			const pieces = await withChannels(heard, media, work);
			ports.models.count(speechModel, durationSeconds, 'seconds');
			for (const model of [embedder, segmentation]) {
				if (model) ports.models.count(model.id, durationSeconds, 'seconds');
			}
			return { pieces, speech, embedder: embedder?.id ?? null };
		}),
	);
}

/**
 * Where each channel of a recording is one person, as on a phone call or with a microphone for each, the
 * pieces with the channel that they are loudest on.
 */
async function withChannels(
	pieces: readonly VoicePiece[],
	media: MediaSource,
	work: Work,
): Promise<readonly VoicePiece[]> {
	const verdict = await judgeChannels(media, { signal: work.signal });
	if (!verdict?.areSeparate) return pieces;
	const loudness: Float32Array[] = [];
	for (let channel = 0; channel < (media.info.audio?.channels ?? 0); channel++) {
		loudness.push(await energyOf(media.audio(work.signal, { channel }), pieces));
	}
	return pieces.map((piece, i) => {
		const [loudest, next] = loudness
			.map((energies, channel) => ({ channel, energy: energies[i] ?? 0 }))
			.sort((a, b) => b.energy - a.energy);
		const isClear = loudest && loudest.energy >= clearlyLouder * (next?.energy ?? 0);
		return isClear ? { ...piece, channel: loudest.channel } : piece;
	});
}

/** The energy of each piece. */
async function energyOf(
	audio: AsyncIterable<AudioBlock>,
	pieces: readonly VoicePiece[],
): Promise<Float32Array> {
	const energies = new Float32Array(pieces.length);
	let first = 0;
	for await (const { startSample, samples } of audio) {
		const end = startSample + samples.length;
		for (let i = first; i < pieces.length; i++) {
			const piece = present(pieces[i], 'piece');
			const from = Math.round(piece.startSeconds * sampleRateHz);
			const to = Math.round(piece.endSeconds * sampleRateHz);
			if (to <= startSample) first = i + 1;
			if (from >= end) break;
			const part = samples.subarray(Math.max(0, from - startSample), Math.max(0, to - startSample));
			energies[i] = (energies[i] ?? 0) + part.reduce((sum, value) => sum + value * value, 0);
		}
	}
	return energies;
}

/** Both passes over the sound as one way from nothing to the recording's length. */
function overall(durationSeconds: number, onProgress: OnProgress | undefined): OnProgress {
	return ({ stage, done, total }: Progress) => {
		const part =
			stage === 'voices'
				? speechPart + (1 - speechPart) * (done / Math.max(1, total))
				: speechPart * Math.min(1, done / durationSeconds);
		const seconds = Math.round(part * durationSeconds * 10) / 10;
		onProgress?.({ stage: about.id, done: seconds, total: durationSeconds, unit: 'seconds' });
	};
}
