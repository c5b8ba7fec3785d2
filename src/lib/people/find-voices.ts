import { frameRateHz, sampleRateHz } from '../domain/session.ts';
import type { Model } from '../inference/model.ts';
import type { AudioBlock } from '../media/media-source.ts';
import { frameSpeech, speechCurve } from '../perception/voice-activity/silero-vad.ts';
import { speechRegions } from '../perception/voice-activity/speech-regions.ts';
import type { VoiceEmbedder, VoicePrint } from '../perception/voice/voice-embedder.ts';
import type { SlowOptions } from '../support/progress.ts';
import { cutPieces, cutTurns } from './cut-pieces.ts';
import type { PlannedPiece } from './cut-pieces.ts';
import type { FoundVoices, VoicePiece } from './found-voices.ts';
import { localTurns } from './local-turns.ts';
import { recluster } from './recluster.ts';
import type { ReclusterOptions } from './recluster.ts';
import { segmentSpeakers } from './segment-speakers.ts';
import { tuningOf } from './voice-tuning.ts';

/** 16 kHz mono from sample 0 on: all of it, or a way to have it in blocks, which is gone through twice. */
export type Sound = Float32Array | (() => AsyncIterable<AudioBlock>);

/** What voices are found with. */
export interface VoiceModels {
	/** Silero VAD, on the CPU. */
	readonly vad: Model;
	/** Null where none is here: then speech is found, but nobody in it. */
	readonly embedder: VoiceEmbedder | null;
	/** pyannote's segmentation, where it is here: then turns may overlap. */
	readonly segmentation?: Model | null;
}

export interface FindVoicesOptions extends ReclusterOptions, SlowOptions {}

const blockSamples = sampleRateHz;

/**
 * Who talks when in a recording, by its sound alone. It is gone through once for speech and once more for
 * voices; of sound that comes in blocks no more is held than a window is long. How the blocks are cut makes
 * no difference.
 *
 * @throws TypeError for options as `recluster`, and for blocks that do not follow each other.
 */
export async function findVoices(
	sound: Sound,
	{ vad, embedder, segmentation = null }: VoiceModels,
	{ signal, onProgress, ...options }: FindVoicesOptions = {},
): Promise<FoundVoices> {
	const blocks = (): AsyncIterable<AudioBlock> =>
		typeof sound === 'function' ? sound() : blocksOf(sound);
	const curve = await speechCurve(vad, blocks(), { signal, onProgress });
	const speech = frameSpeech(curve.windows, curve.sampleCount);
	const tuning = options.tuning ?? (embedder ? tuningOf(embedder.id) : null);
	const step = 1 / frameRateHz;
	const lengths = tuning ?? { windowSeconds: step, stepSeconds: 0.5, shortestSeconds: Infinity };
	const planned =
		segmentation && embedder
			? cutTurns(
					localTurns(await segmentSpeakers(segmentation, blocks(), { signal, onProgress })),
					lengths,
				)
			: cutPieces(speechRegions(curve), lengths);
	const prints = embedder
		? await embedPieces(embedder, blocks(), planned, { signal, onProgress })
		: planned.map(() => null);
	const pieces = planned.map(({ window: _, ...piece }, i): VoicePiece => {
		return { ...piece, voice: null, embedding: prints[i]! };
	});
	return recluster({ pieces, speech, embedder: embedder?.id ?? null }, options);
}

async function* blocksOf(samples: Float32Array): AsyncGenerator<AudioBlock> {
	for (let startSample = 0; startSample < samples.length; startSample += blockSamples) {
		yield { startSample, samples: samples.subarray(startSample, startSample + blockSamples) };
	}
}

/** The voice of each piece's window, as the sound goes by. */
async function embedPieces(
	embedder: VoiceEmbedder,
	audio: AsyncIterable<AudioBlock>,
	pieces: readonly PlannedPiece[],
	{ signal, onProgress }: SlowOptions,
): Promise<(VoicePrint | null)[]> {
	const prints = new Array<VoicePrint | null>(pieces.length).fill(null);
	const total = pieces.length;
	let next = 0;
	// Turns that overlap are gone through one after the other, so a later piece may begin before an earlier one.
	const firstSamples = pieces.map(({ window }) => window?.[0] ?? Infinity);
	for (let i = total - 2; i >= 0; i--) {
		firstSamples[i] = Math.min(firstSamples[i]!, firstSamples[i + 1]!);
	}
	let held = new Float32Array(0);
	let heldFrom = 0;
	let last: { readonly window: readonly [number, number]; readonly print: VoicePrint } | null =
		null;
	const embedUpTo = async (end: number): Promise<void> => {
		for (; next < total; next++) {
			const { window } = pieces[next]!;
			if (window === null) continue;
			if (window[1] > end) return;
			signal?.throwIfAborted();
			// At the ends of a stretch several pieces are judged by the same window.
			if (last?.window[0] !== window[0] || last.window[1] !== window[1]) {
				const samples = held.slice(window[0] - heldFrom, window[1] - heldFrom);
				last = { window, print: await embedder.embed(samples, { signal }) };
			}
			prints[next] = last.print;
			onProgress?.({ stage: 'voices', done: next + 1, total, unit: 'steps' });
		}
	};
	for await (const { samples, startSample } of audio) {
		signal?.throwIfAborted();
		const from = Math.min(firstSamples[next] ?? startSample, startSample);
		const kept = held.subarray(Math.max(0, Math.min(held.length, from - heldFrom)));
		const joined = new Float32Array(kept.length + samples.length);
		joined.set(kept);
		joined.set(samples, kept.length);
		held = joined;
		heldFrom = startSample - kept.length;
		await embedUpTo(startSample + samples.length);
		if (next === total) break;
	}
	// What a window reaches over the end of the sound is missing from it.
	await embedUpTo(Infinity);
	return prints;
}
