import { frameRateHz } from '../../domain/session.ts';
import type { RecognisedCue } from '../../domain/transcript.ts';
import type { HeldTensor, Tensor } from '../../inference/model.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { type Chunk, cutIntoChunks } from '../chunks.ts';
import type { Recogniser, SpeechClip } from '../recogniser.ts';
import { encode, hearLanguage } from './decoder-run.ts';
import { isMadeUp } from './evidence.ts';
import type { WhisperGraphs } from './graphs.ts';
import type { WhisperRules } from './rules.ts';
import { mayHoldSpeech } from './speech-gate.ts';
import { transcribeChunk } from './transcribe-chunk.ts';
import { joinTokens } from './words.ts';

/** What makes a Whisper. */
export interface WhisperParts {
	/** Id of the offer. */
	readonly id: string;
	readonly graphs: WhisperGraphs;
	readonly rules: WhisperRules;
	/** Log-mel features [1, mels, 3000] of at most 30 s at 16 kHz. */
	readonly features: (audio: Float32Array) => Promise<Tensor>;
	/** Text of some tokens. */
	readonly decode: (ids: number[]) => string;
	/** Code of the language that is spoken; null: found out for each chunk. */
	readonly language: string | null;
}

/** 30 s, which is what Whisper hears at once. */
const chunkFrames = 750;

const samplesPerFrame = 640;
const sampleRateHz = samplesPerFrame * frameRateHz;

/**
 * Whisper: it only listens. Every chunk's tensors are freed with it. Its graphs are its owner's, who
 * closes them.
 */
export class WhisperRecogniser implements Recogniser {
	readonly id: string;
	readonly #parts: WhisperParts;

	/** @throws ConfabError `ModelUnavailable` for a language that this Whisper does not know. */
	constructor(parts: WhisperParts) {
		const { language, rules } = parts;
		if (language !== null && rules.languageTokens.size > 0 && !rules.languageTokens.has(language)) {
			throw new ConfabError(
				'ModelUnavailable',
				`"${parts.id}" does not know the language "${language}". Choose another one, or let it be found out.`,
			);
		}
		this.id = parts.id;
		this.#parts = parts;
	}

	async recognise(clip: SpeechClip, options: SlowOptions = {}): Promise<RecognisedCue[]> {
		const frames = Math.ceil(clip.audio.length / samplesPerFrame);
		const chunks = cutIntoChunks(frames, clip.speech, chunkFrames);
		const cues: RecognisedCue[] = [];
		for (const [done, chunk] of chunks.entries()) {
			options.signal?.throwIfAborted();
			const cue = await this.#hear(clip, chunk, options.signal);
			if (cue) cues.push(cue);
			options.onProgress?.({
				stage: 'recognition',
				done: done + 1,
				total: chunks.length,
				unit: 'steps',
			});
		}
		return cues;
	}

	async #hear(
		clip: SpeechClip,
		{ startFrame, endFrame }: Chunk,
		signal?: AbortSignal,
	): Promise<RecognisedCue | null> {
		const audio = clip.audio.subarray(startFrame * samplesPerFrame, endFrame * samplesPerFrame);
		const speech = clip.speech?.subarray(startFrame, endFrame) ?? null;
		if (!mayHoldSpeech(audio, speech)) return null;
		const startSeconds = clip.startSeconds + startFrame / frameRateHz;
		return this.#transcribe(audio, startSeconds, signal);
	}

	async #transcribe(
		audio: Float32Array,
		startSeconds: number,
		signal?: AbortSignal,
	): Promise<RecognisedCue | null> {
		const { graphs, rules, features, decode } = this.#parts;
		const seconds = audio.length / sampleRateHz;
		let encoded: HeldTensor | null = null;
		try {
			encoded = await encode(graphs, await features(audio), signal);
			const language =
				rules.languageTokens.size === 0
					? null
					: (this.#parts.language ?? (await hearLanguage(graphs, rules, encoded, signal)));
			const chunk = { encoded, seconds };
			const text = await transcribeChunk(graphs, rules, chunk, language, decode, signal);
			if (text.tokens.length === 0 || isMadeUp(text.evidence)) return null;
			const words = joinTokens(text.tokens, decode, language).map((word) => ({
				...word,
				startSeconds: startSeconds + word.startSeconds,
				endSeconds: startSeconds + word.endSeconds,
			}));
			if (words.length === 0) return null;
			return {
				startSeconds,
				endSeconds: startSeconds + seconds,
				text: decode(text.tokens.map(({ id }) => id)).trim(),
				words,
				confidence: words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length,
			};
		} finally {
			encoded?.dispose();
		}
	}
}
