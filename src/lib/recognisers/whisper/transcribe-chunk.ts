import { DecoderRun, type EncodedWindow, garbage } from './decoder-run.ts';
import { compressionOf, type Evidence, isMadeUp, isSilent } from './evidence.ts';
import type { WhisperGraphs } from './graphs.ts';
import { goesInCircles } from './loop-guard.ts';
import type { WhisperRules } from './rules.ts';
import { tokenStarts } from './token-times.ts';
import type { TimedToken } from './words.ts';

/** The text of a chunk. */
export interface ChunkText {
	readonly tokens: readonly TimedToken[];
	readonly evidence: Evidence;
}

/** Encoded sound, and how much of it there is. */
export interface EncodedChunk extends EncodedWindow {
	/** Of sound, padding not counted. */
	readonly seconds: number;
}

/** The encoder's frames are 20 ms long. */
export const framesPerSecond = 50;

/** Nobody talks as fast; a decoder that goes in circles would go on for as long as it may. */
const tokensPerSecond = 16;
const spareTokens = 24;

/**
 * How freely tokens are drawn: the likeliest at first; where the text goes in circles or is not sure, by
 * chance among the likely ones, ever more freely (the paper's fallback).
 */
export const temperatures: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Each attempt draws the same numbers again, so that one recording has one outcome. */
const seed = 20_260_914;

/**
 * The tokens that are said in a chunk, with times and probabilities. The paper's rules: some tokens are
 * never drawn, some not at first; a text that is likely made up is tried again at the next temperature.
 *
 * @param language its code; null for a model of English alone
 * @param decode text of some tokens
 * @param attempts temperatures, in order; the last one's text is taken as it is
 * @throws ConfabError `ModelMismatch` when the network puts out no numbers; as `ChainModel.runChain`.
 */
export async function transcribeChunk(
	graphs: WhisperGraphs,
	rules: WhisperRules,
	chunk: EncodedChunk,
	language: string | null,
	decode: (ids: number[]) => string,
	attempts: readonly number[],
	signal?: AbortSignal,
): Promise<ChunkText> {
	for (const temperature of attempts) {
		const text = await attempt(graphs, rules, chunk, language, decode, temperature, signal);
		const { evidence } = text;
		const done = !isMadeUp(evidence) || isSilent(evidence);
		if (done || temperature === attempts.at(-1)) return text;
	}
	throw new TypeError('there are no temperatures');
}

async function attempt(
	graphs: WhisperGraphs,
	rules: WhisperRules,
	chunk: EncodedChunk,
	language: string | null,
	decode: (ids: number[]) => string,
	temperature: number,
	signal?: AbortSignal,
): Promise<ChunkText> {
	const { seconds } = chunk;
	const prompt = promptFor(rules, language);
	const limit = Math.min(
		Math.floor(rules.maximumTokens / 2),
		rules.maximumTokens - prompt.length - 1,
		spareTokens + Math.ceil(seconds * tokensPerSecond),
	);
	const frames = Math.min(chunk.frames, Math.ceil(seconds * framesPerSecond));
	const run = new DecoderRun(graphs, rules, chunk, frames);
	const random = generator(seed);
	const ids: number[] = [];
	const logProbs: number[] = [];
	let looped = false;
	try {
		const { first, last: afterPrompt } = await run.step(prompt, signal);
		let last = afterPrompt;
		const noSpeech = rules.noSpeechToken === null ? 0 : probabilityOf(first, rules.noSpeechToken);
		for (;;) {
			const possible = allowed(last, rules, ids.length === 0);
			const { token, logProb } = draw(possible, temperature, random);
			logProbs.push(logProb);
			if (token === rules.endToken) break;
			ids.push(token);
			looped = goesInCircles(ids);
			if (looped) break;
			// The last one is read too: where it looks tells where it ends.
			({ last } = await run.step([token], signal));
			if (ids.length >= limit) break;
		}
		// Nobody looks at the words of a loop.
		if (looped) {
			const meanLogProb = meanOf(logProbs);
			return { tokens: [], evidence: { noSpeech, meanLogProb, compression: 0, looped } };
		}
		const starts = tokenStarts(run.attention(), prompt.length - 1, rules.medianWidth);
		const tokens = ids.map((id, i): TimedToken => {
			const [from, to] = [starts[i] ?? 0, starts[i + 1] ?? frames];
			return {
				id,
				startSeconds: Math.min(seconds, from / framesPerSecond),
				endSeconds: Math.min(seconds, to / framesPerSecond),
				logProb: logProbs[i]!,
			};
		});
		const compression = await compressionOf(decode(ids).trim());
		return {
			tokens,
			evidence: { noSpeech, meanLogProb: meanOf(logProbs), compression, looped },
		};
	} finally {
		run.dispose();
	}
}

function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What comes before the text. */
function promptFor(rules: WhisperRules, language: string | null): number[] {
	const prompt = [rules.startToken];
	if (language !== null) {
		const token = rules.languageTokens.get(language);
		if (token === undefined) throw new TypeError(`This Whisper does not know "${language}"`);
		prompt.push(token);
		if (rules.transcribeToken !== null) prompt.push(rules.transcribeToken);
	}
	return [...prompt, rules.noTimestampsToken];
}

/** The logits, without the tokens that may not come: those above the end are no text. */
function allowed(logits: Float32Array, rules: WhisperRules, first: boolean): Float32Array {
	const out = Float32Array.from(logits);
	const never = Number.NEGATIVE_INFINITY;
	for (const token of rules.neverTokens) out[token] = never;
	for (const token of first ? rules.neverFirstTokens : []) out[token] = never;
	out.fill(never, rules.endToken + 1);
	return out;
}

/** Draws a token; its probability is that without any temperature. */
function draw(
	logits: Float32Array,
	temperature: number,
	random: () => number,
): { token: number; logProb: number } {
	let token = 0;
	for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[token]!) token = i;
	const highest = logits[token]!;
	const total = sumOf(logits, highest, 1);
	if (!Number.isFinite(highest) || !Number.isFinite(total)) throw garbage('no numbers');
	if (temperature > 0) {
		let left = random() * sumOf(logits, highest, temperature);
		for (let i = 0; i < logits.length; i++) {
			left -= Math.exp((logits[i]! - highest) / temperature);
			if (left > 0) continue;
			token = i;
			break;
		}
	}
	return { token, logProb: logits[token]! - highest - Math.log(total) };
}

function sumOf(logits: Float32Array, highest: number, temperature: number): number {
	let sum = 0;
	for (let i = 0; i < logits.length; i++) sum += Math.exp((logits[i]! - highest) / temperature);
	return sum;
}

function probabilityOf(logits: Float32Array, token: number): number {
	const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	return Math.exp(logits[token]! - highest) / sumOf(logits, highest, 1);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(start: number): () => number {
	let state = start;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
