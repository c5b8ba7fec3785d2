import { frameRateHz, sampleRateHz } from '../../domain/session.ts';
import type { RecognisedCue } from '../../domain/transcript.ts';
import type { Tensor } from '../../inference/model.ts';
import { present } from '../../support/assert.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { type Chunk, cutIntoChunks } from '../chunks.ts';
import type { Joining } from '../family.ts';
import type { Recogniser, SpeechClip } from '../recogniser.ts';
import { encode, hearLanguage } from './decoder-run.ts';
import { type Evidence, isMadeUp } from './evidence.ts';
import type { WhisperGraphs } from './graphs.ts';
import { trimPauses } from './pauses.ts';
import type { WhisperRules } from './rules.ts';
import { framesName } from './short-windows.ts';
import { mayHoldSpeech } from './speech-gate.ts';
import { framesPerSecond, temperatures, transcribeChunk } from './transcribe-chunk.ts';
import { giveWordsBack, joinTurns, soundOf } from './turns.ts';
import { type ChunkWord, joinTokens } from './words.ts';

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
	/** Code of the language that is spoken; null: found out for each window. */
	readonly language: string | null;
}

const samplesPerFrame = sampleRateHz / frameRateHz;

/** What Whisper hears at once at most. */
const windowSeconds = 30;

/** How long a pause a sentence runs through; what it brings, models/whisper/README.md says. */
export const joining: Joining = { pauseSeconds: 1.5, mostSeconds: windowSeconds };

/**
 * Silence after a piece, of which the network must see enough to know that it is over: 6 s. With 2 s it says the
 * piece over and over (models/whisper/README.md).
 */
const silentSeconds = 6;

/**
 * Whisper: it only listens. It has learnt to hear 30 s at once, however little of them is sound. Turns of a clip are heard as one,
 * and each by itself where that text is likely made up: in a window as short as it is first, and in a whole one where that one's
 * is. Every window's tensors are freed with it. Its graphs are its owner's, who closes them.
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
		return present((await this.recogniseAll([clip], options))[0], 'cues');
	}

	async recogniseAll(
		clips: readonly SpeechClip[],
		{ signal, onProgress }: SlowOptions = {},
	): Promise<RecognisedCue[][]> {
		const pieces = clips.map(piecesOf);
		const total = pieces.flat().length;
		let done = 0;
		const found: RecognisedCue[][] = [];
		for (const [i, clip] of clips.entries()) {
			const cues: RecognisedCue[] = [];
			for (const turns of present(pieces[i], 'pieces')) {
				signal?.throwIfAborted();
				const words = await this.#hear(turns, clip, signal);
				for (const [at, turn] of turns.entries()) {
					const cue = cueOf(turn, words[at] ?? [], clip.startSeconds);
					if (cue) cues.push(cue);
				}
				done += 1;
				onProgress?.({ stage: 'recognition', done, total, unit: 'steps' });
			}
			found.push(cues);
		}
		return found;
	}

	/** The words of each turn of a piece. Where what is heard of them together is made up, each is heard by itself. */
	async #hear(
		turns: readonly Chunk[],
		clip: SpeechClip,
		signal?: AbortSignal,
	): Promise<(readonly ChunkWord[])[]> {
		if (turns.length > 1) {
			const audio = joinTurns(turns, clip);
			const features = await this.#parts.features(audio);
			const together = await this.#transcribe(audio, features, this.#framesFor(audio), [0], signal);
			if (!isMadeUp(together.evidence)) return giveWordsBack(together.words, turns, clip);
		}
		const words: (readonly ChunkWord[])[] = [];
		for (const turn of turns) words.push(await this.#hearAlone(soundOf(turn, clip), signal));
		return words;
	}

	/** The words of a turn by itself; none where they are likely made up. */
	async #hearAlone(audio: Float32Array, signal?: AbortSignal): Promise<readonly ChunkWord[]> {
		const features = await this.#parts.features(audio);
		const all = this.#parts.rules.encodedFrames;
		const enough = this.#framesFor(audio);
		if (enough < all) {
			const quick = await this.#transcribe(audio, features, enough, [0], signal);
			if (!isMadeUp(quick.evidence)) return trimPauses(quick.words, audio);
		}
		const { words, evidence } = await this.#transcribe(audio, features, all, temperatures, signal);
		return isMadeUp(evidence) ? [] : trimPauses(words, audio);
	}

	/** Frames of the shortest window that shows that the sound is over. */
	#framesFor(audio: Float32Array): number {
		const { graphs, rules } = this.#parts;
		const all = rules.encodedFrames;
		if (!graphs.encoder.outputNames.includes(framesName)) return all;
		const enough = (audio.length / sampleRateHz + silentSeconds) * framesPerSecond;
		return Math.min(all, Math.ceil(enough));
	}

	/** @param frames of the window @param attempts temperatures */
	async #transcribe(
		audio: Float32Array,
		features: Tensor,
		frames: number,
		attempts: readonly number[],
		signal?: AbortSignal,
	): Promise<{ words: readonly ChunkWord[]; evidence: Evidence }> {
		const { graphs, rules, decode } = this.#parts;
		const window = await encode(graphs, features, frames, signal);
		try {
			const language =
				rules.languageTokens.size === 0
					? null
					: (this.#parts.language ?? (await hearLanguage(graphs, rules, window, signal)));
			const chunk = { ...window, seconds: audio.length / sampleRateHz };
			const text = await transcribeChunk(graphs, rules, chunk, language, decode, attempts, signal);
			return { words: joinTokens(text.tokens, decode, language), evidence: text.evidence };
		} finally {
			window.encoded.dispose();
		}
	}
}

/**
 * What is heard at once: the turns of a clip or, where it is one, its parts that are short enough for a window. What
 * can hold no speech is left out.
 */
function piecesOf(clip: SpeechClip): Chunk[][] {
	const { audio, speech, turns } = clip;
	const canSpeak = (turn: Chunk): boolean => {
		const likely = speech?.subarray(turn.startFrame, turn.endFrame) ?? null;
		return mayHoldSpeech(soundOf(turn, clip), likely);
	};
	if (turns) {
		const spoken = turns.filter(canSpeak);
		return spoken.length > 0 ? [spoken] : [];
	}
	const frames = Math.ceil(audio.length / samplesPerFrame);
	const chunks = cutIntoChunks(frames, speech, windowSeconds * frameRateHz);
	return chunks.filter(canSpeak).map((chunk) => [chunk]);
}

function textOf(words: readonly ChunkWord[]): string {
	return words
		.map(({ written }) => written)
		.join('')
		.trim();
}

/** A cue that spans its piece; null without words. */
function cueOf(
	{ startFrame, endFrame }: Chunk,
	found: readonly ChunkWord[],
	clipSeconds: number,
): RecognisedCue | null {
	if (found.length === 0) return null;
	const startSeconds = clipSeconds + startFrame / frameRateHz;
	const words = found.map(({ text, confidence, ...time }) => ({
		text,
		startSeconds: startSeconds + time.startSeconds,
		endSeconds: startSeconds + time.endSeconds,
		confidence,
	}));
	return {
		startSeconds,
		endSeconds: clipSeconds + endFrame / frameRateHz,
		text: textOf(found),
		words,
		confidence: words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length,
	};
}
