import { frameRateHz, sampleRateHz } from '../../domain/session.ts';
import type { RecognisedCue } from '../../domain/transcript.ts';
import type { HeldTensor, Tensor } from '../../inference/model.ts';
import { present } from '../../support/assert.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { cutIntoChunks } from '../chunks.ts';
import type { Recogniser, SpeechClip } from '../recogniser.ts';
import { encode, hearLanguage } from './decoder-run.ts';
import { compressionOf, type Evidence, isMadeUp, isUnsure, repeats } from './evidence.ts';
import type { WhisperGraphs } from './graphs.ts';
import type { WhisperRules } from './rules.ts';
import { mayHoldSpeech } from './speech-gate.ts';
import { transcribeChunk } from './transcribe-chunk.ts';
import { trimPauses } from './pauses.ts';
import {
	framesOf,
	packWindows,
	type Piece,
	type PlacedPiece,
	windowFrames,
	wordsOfPieces,
} from './windows.ts';
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

/** A piece and the words in it, in the piece's time. */
interface HeardPiece {
	readonly piece: Piece;
	readonly words: readonly ChunkWord[];
}

/**
 * Whisper: it only listens. It hears 30 s at once, however little of them is sound, so the clips of one
 * speaker share windows. Every window's tensors are freed with it. Its graphs are its owner's, who
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
		return present((await this.recogniseAll([clip], options))[0], 'cues');
	}

	async recogniseAll(
		clips: readonly SpeechClip[],
		{ signal, onProgress }: SlowOptions = {},
	): Promise<RecognisedCue[][]> {
		const windows = clipsTogether(clips).flatMap((indices) =>
			packWindows(indices.flatMap((clip) => piecesOf(clip, present(clips[clip], 'clip')))),
		);
		const found = clips.map((): RecognisedCue[] => []);
		const total = windows.flat().length;
		let done = 0;
		for (const window of windows) {
			signal?.throwIfAborted();
			for (const { piece, words } of await this.#hear(window, clips, signal)) {
				const cue = cueOf(piece, words, present(clips[piece.clip], 'clip').startSeconds);
				if (cue) present(found[piece.clip], 'cues').push(cue);
			}
			done += window.length;
			onProgress?.({ stage: 'recognition', done, total, unit: 'steps' });
		}
		return found;
	}

	/** The words of each piece of a window, in order. */
	async #hear(
		window: readonly PlacedPiece[],
		clips: readonly SpeechClip[],
		signal?: AbortSignal,
	): Promise<HeardPiece[]> {
		signal?.throwIfAborted();
		const { words, evidence } = await this.#transcribe(soundOf(window, clips), window, signal);
		const [first] = window;
		if (first && window.length === 1) {
			return [{ piece: first, words: isMadeUp(evidence) ? [] : words }];
		}
		const again = async (pieces: readonly PlacedPiece[]): Promise<HeardPiece[]> => {
			const heard: HeardPiece[] = [];
			for (const part of packWindows(pieces))
				heard.push(...(await this.#hear(part, clips, signal)));
			return heard;
		};
		if (evidence.looped) {
			const half = Math.ceil(window.length / 2);
			return [...(await again(window.slice(0, half))), ...(await again(window.slice(half)))];
		}
		const sorted = wordsOfPieces(words, window);
		if (words.length === 0) return [];
		const heard: HeardPiece[] = [];
		const missed: PlacedPiece[] = [];
		for (const [i, piece] of window.entries()) {
			const own = present(sorted[i], 'words');
			if (own.length === 0) missed.push(piece);
			else if (await isDoubtful(own, piece)) heard.push(...(await again([piece])));
			else heard.push({ piece, words: own });
		}
		// Of some others there were words, so those are fewer and may be found now.
		return [...heard, ...(await again(missed))];
	}

	async #transcribe(
		audio: Float32Array,
		window: readonly PlacedPiece[],
		signal?: AbortSignal,
	): Promise<{ words: readonly ChunkWord[]; evidence: Evidence }> {
		const { graphs, rules, features, decode } = this.#parts;
		let encoded: HeldTensor | null = null;
		try {
			encoded = await encode(graphs, await features(audio), signal);
			const language =
				rules.languageTokens.size === 0
					? null
					: (this.#parts.language ?? (await hearLanguage(graphs, rules, encoded, signal)));
			const chunk = {
				encoded,
				seconds: audio.length / sampleRateHz,
				pieces: window.length,
				lastPieceSeconds: (window.at(-1)?.at ?? 0) / frameRateHz,
			};
			const text = await transcribeChunk(graphs, rules, chunk, language, decode, signal);
			const words = joinTokens(text.tokens, decode, language);
			return { words: trimPauses(words, audio), evidence: text.evidence };
		} finally {
			encoded?.dispose();
		}
	}
}

/** Which clips may be heard together: those of one speaker; one of an unknown speaker by itself. */
function clipsTogether(clips: readonly SpeechClip[]): number[][] {
	const together = new Map<string | number, number[]>();
	for (const [i, { speaker }] of clips.entries()) {
		const key = speaker ?? i;
		together.set(key, [...(together.get(key) ?? []), i]);
	}
	return [...together.values()];
}

/** The parts of a clip that can hold speech, each short enough for a window. */
function piecesOf(clip: number, { audio, speech }: SpeechClip): Piece[] {
	const frames = Math.ceil(audio.length / samplesPerFrame);
	return cutIntoChunks(frames, speech, windowFrames).flatMap(({ startFrame, endFrame }) => {
		const sound = audio.subarray(startFrame * samplesPerFrame, endFrame * samplesPerFrame);
		const likely = speech?.subarray(startFrame, endFrame) ?? null;
		return mayHoldSpeech(sound, likely) ? [{ clip, startFrame, endFrame }] : [];
	});
}

function soundOf(window: readonly PlacedPiece[], clips: readonly SpeechClip[]): Float32Array {
	const part = ({ clip, startFrame, endFrame }: Piece): Float32Array =>
		present(clips[clip], 'clip').audio.subarray(
			startFrame * samplesPerFrame,
			endFrame * samplesPerFrame,
		);
	const [first] = window;
	if (first && window.length === 1) return part(first);
	const audio = new Float32Array(framesOf(window) * samplesPerFrame);
	for (const piece of window) audio.set(part(piece), piece.at * samplesPerFrame);
	return audio;
}

/** Nobody says more words in a second. A piece that has more has got those of its neighbours. */
const wordsPerSecond = 6;

/** Whether a piece's words are likely made up, or not its own. */
async function isDoubtful(
	words: readonly ChunkWord[],
	{ startFrame, endFrame }: Piece,
): Promise<boolean> {
	if (words.length * frameRateHz > wordsPerSecond * (endFrame - startFrame)) return true;
	const tokens = words.reduce((sum, word) => sum + word.tokens, 0);
	const logProb = words.reduce((sum, word) => sum + word.tokens * Math.log(word.confidence), 0);
	const compression = await compressionOf(textOf(words));
	return isUnsure(logProb / tokens) || repeats({ compression, looped: false });
}

function textOf(words: readonly ChunkWord[]): string {
	return words
		.map(({ written }) => written)
		.join('')
		.trim();
}

/** A cue that spans its piece; null without words. */
function cueOf(
	{ startFrame, endFrame }: Piece,
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
