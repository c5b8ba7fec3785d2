import { frameRateHz } from '../domain/session.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { cosineOf, type VoicePrint } from '../perception/voice/voice-embedder.ts';
import type { Links } from './agglomerate.ts';
import { assignFaces, evidenceOf, offScreenWorth, type Evidence } from './associate.ts';
import { splitContradicted } from './contradictions.ts';
import { decide, type PersonEvidence } from './decide.ts';
import type { FoundVoices, VoicePiece } from './found-voices.ts';
import { sumOf } from './stretches.ts';
import { tuningOf } from './voice-tuning.ts';
import { bestSample } from './voice-turns.ts';

/** Somebody who is seen or heard, or both. */
export interface JoinedPerson {
	/** Index of the face; null for a voice off screen. */
	readonly face: number | null;
	/** Id of the voice that is held to be this person's; null for one who is not heard, or not by voice. */
	readonly voice: number | null;
	/** How surely all of it is one person, 0 to 1. */
	readonly confidence: number;
	/** When the person speaks; those of several people may overlap. */
	readonly turns: readonly TimeRange[];
	/** Where nobody else is heard; null for one who is not heard. */
	readonly sample: TimeRange | null;
}

export interface JoinedPeople {
	/** In the order in which they are first heard; those who never are come last. */
	readonly people: readonly JoinedPerson[];
	/** Index of the person of each piece of speech; null for a piece that is nobody's. */
	readonly pieces: readonly (number | null)[];
}

/** Log odds from which, and part of a piece in which, lips say that it is this person who speaks. */
const surely = { odds: Math.log(0.8 / 0.2), part: 0.8 };

/** What is likelier than so says no more. */
const mostVoice = 2;

/** Frames in which a voice and a face must have met, so that it says what part of the voice is this face's. */
const fewestFrames = frameRateHz;

/** A voice that is this much less alike than voices of one person is still one's whose lips go with it. */
const likeByLips = 0.1;

/**
 * Everybody in a recording, from voices and lips together: each voice gets the face whose lips go with it, and in every
 * frame lips and voices say who speaks. Works without models, and at once.
 *
 * @param found voices, with the links that `linksOf` gives
 * @param lips by face: log odds of speaking by frame, as long as `found.speech`; NaN where it is not seen
 */
export function joinPeople(found: FoundVoices, lips: readonly Float32Array[]): JoinedPeople {
	const { speech } = found;
	const frames = speech.length;
	const first = facesOf(found, evidenceOf(aloneOf(found), lips));
	const faces = first.map(({ face }) => face);
	const voices = splitContradicted(found, lips, faces);
	const ids = voices.voices.map(({ id }) => id);
	const alone = aloneOf(voices);
	const faceOf = voices === found ? first : facesOf(voices, evidenceOf(alone, lips));
	const offScreen = ids.map((_, k) => k).filter((k) => faceOf[k]!.face === null);
	const everybody = [
		...lips.map((line, face) => ({ face, own: ids.map((_, k) => faceOf[k]!.face === face), line })),
		...offScreen.map((voice) => {
			const line = new Float32Array(frames).fill(NaN);
			return { face: null, own: ids.map((_, k) => k === voice), line };
		}),
	];
	const people = everybody.map(({ line, own }): PersonEvidence => {
		return { lips: line, voice: voiceOdds(alone, line, own) };
	});
	const heard = framesOf(voices.pieces, frames, () => true);
	const runs = decide(people, speech, heard);
	const turns = runs.map((own) =>
		own.map(([from, to]) => ({ startSeconds: from / frameRateHz, endSeconds: to / frameRateHz })),
	);
	const order = everybody
		.map((_, p) => p)
		.filter((p) => everybody[p]!.face !== null || turns[p]!.length > 0)
		.sort((a, b) => (runs[a]![0]?.[0] ?? Infinity) - (runs[b]![0]?.[0] ?? Infinity) || a - b);
	const owners = ownersOf(voices.pieces, runs);
	return {
		people: order.map((p): JoinedPerson => {
			const { face, own } = everybody[p]!;
			const k = own.indexOf(true);
			const known = voices.voices[k];
			const solo = aloneIn(runs, p);
			const sample = solo.length > 0 ? bestSample(solo) : (turns[p]![0] ?? null);
			const confidence = known ? known.confidence * faceOf[k]!.confidence : face === null ? 0 : 1;
			return { face, voice: known?.id ?? null, confidence, turns: turns[p]!, sample };
		}),
		pieces: owners.map((p) => (p === null ? null : order.indexOf(p))),
	};
}

/**
 * What lips say of voices: pieces during which one face, and no other, surely speaks are of one voice with those of the
 * same face, and of another than those of the others.
 */
export function linksOf(pieces: readonly VoicePiece[], lips: readonly Float32Array[]): Links {
	const firsts = new Map<number, number>();
	const must: [number, number][] = [];
	pieces.forEach(({ startSeconds, endSeconds, embedding }, i) => {
		if (embedding === null) return;
		const from = Math.round(startSeconds * frameRateHz);
		const to = Math.round(endSeconds * frameRateHz);
		const speaking = lips.flatMap((line, face) => {
			const part = line.subarray(from, to);
			const sure = part.reduce((sum, odds) => sum + (odds >= surely.odds ? 1 : 0), 0);
			const possible = part.reduce((sum, odds) => sum + (odds > 0 ? 1 : 0), 0);
			if (possible < (1 - surely.part) * (to - from)) return [];
			return [{ face, isSure: sure >= surely.part * (to - from) }];
		});
		const [only] = speaking;
		if (!only?.isSure || speaking.length > 1) return;
		const first = firsts.get(only.face);
		if (first === undefined) firsts.set(only.face, i);
		else must.push([first, i]);
	});
	const all = [...firsts.values()];
	const cannot = all.flatMap((a, k) => all.slice(k + 1).map((b): [number, number] => [a, b]));
	return { must, cannot };
}

/** By voice: 1 in its frames. */
function aloneOf({ voices, pieces, speech }: FoundVoices): Uint8Array[] {
	return voices.map(({ id }) => framesOf(pieces, speech.length, ({ voice }) => voice === id));
}

/** 1 in the frames of some pieces. */
function framesOf(
	pieces: readonly VoicePiece[],
	frames: number,
	which: (piece: VoicePiece) => boolean,
): Uint8Array {
	const line = new Uint8Array(frames);
	for (const piece of pieces) {
		if (!which(piece)) continue;
		line.fill(
			1,
			Math.round(piece.startSeconds * frameRateHz),
			Math.round(piece.endSeconds * frameRateHz),
		);
	}
	return line;
}

/** The face of each voice. One that is left over is a face's too, where its lips and the face's own voice say so. */
function facesOf(
	{ voices, pieces, embedder }: FoundVoices,
	evidence: Evidence,
): { readonly face: number | null; readonly confidence: number }[] {
	const assigned = assignFaces(evidence);
	if (embedder === null) return assigned;
	const line = tuningOf(embedder).mergeCosine - likeByLips;
	const means = voices.map(({ id }) =>
		meanOf(pieces.filter(({ voice }) => voice === id).flatMap(({ embedding }) => embedding ?? [])),
	);
	return assigned.map((own, k) => {
		if (own.face !== null) return own;
		const better = evidence.ratio[k]!.flatMap((ratio, face) => {
			const owner = assigned.findIndex((other) => other.face === face);
			const [mine, theirs] = [means[k], means[owner]];
			if (ratio < offScreenWorth || !mine || !theirs || cosineOf(mine, theirs) < line) return [];
			return [{ face, ratio }];
		});
		const best = better.sort((a, b) => b.ratio - a.ratio)[0];
		return best ? { face: best.face, confidence: own.confidence } : own;
	});
}

function meanOf(prints: readonly VoicePrint[]): VoicePrint | null {
	if (prints.length === 0) return null;
	const sum = sumOf(prints);
	const length = Math.hypot(...sum);
	return length > 0 ? sum.map((value) => value / length) : null;
}

/**
 * Log odds, by frame, that what is heard is this person's voice: by what part of each voice is seen on their lips,
 * else by whether it is theirs.
 *
 * @param alone by voice: its frames
 * @param own by voice: whether it is this person's
 */
function voiceOdds(
	alone: readonly Uint8Array[],
	lips: Float32Array,
	own: readonly boolean[],
): Float32Array {
	const odds = new Float32Array(lips.length).fill(-mostVoice);
	for (const [k, frames] of alone.entries()) {
		let met = 0;
		let share = 0;
		for (let t = 0; t < lips.length; t++) {
			if (frames[t] !== 1 || Number.isNaN(lips[t]!)) continue;
			met++;
			share += 1 / (1 + Math.exp(-lips[t]!));
		}
		const seen = Math.log((share + 0.5) / (met - share + 0.5));
		const value = met >= fewestFrames ? seen : own[k] ? mostVoice : -mostVoice;
		const clipped = Math.min(mostVoice, Math.max(-mostVoice, value));
		for (let t = 0; t < lips.length; t++) if (frames[t] === 1) odds[t] = clipped;
	}
	return odds;
}

/** Who speaks most of each piece. */
function ownersOf(
	pieces: readonly VoicePiece[],
	runs: readonly (readonly (readonly [number, number])[])[],
): (number | null)[] {
	return pieces.map(({ startSeconds, endSeconds }) => {
		const [start, end] = [startSeconds * frameRateHz, endSeconds * frameRateHz];
		let best: number | null = null;
		let most = 0;
		for (const [p, own] of runs.entries()) {
			let shared = 0;
			for (const [from, to] of own) {
				shared += Math.max(0, Math.min(to, end) - Math.max(from, start));
			}
			if (shared > most) [best, most] = [p, shared];
		}
		return best;
	});
}

/** The parts of somebody's runs in which nobody else speaks. */
function aloneIn(runs: readonly (readonly (readonly [number, number])[])[], person: number) {
	const others = runs.flatMap((own, p) => (p === person ? [] : own));
	return runs[person]!.filter(([from, to]) => others.every(([a, b]) => b <= from || a >= to)).map(
		([from, to]) => ({
			...{ startSeconds: from / frameRateHz, endSeconds: to / frameRateHz },
			...{ voice: person, certainty: 1 },
		}),
	);
}
