import { frameRateHz } from '../domain/session.ts';
import { durationOf } from '../domain/time-range.ts';
import { evidenceOf, offScreenWorth } from './associate.ts';
import type { FoundVoice, FoundVoices, VoicePiece } from './found-voices.ts';
import { bestSample } from './voice-turns.ts';

/** A face that speaks with less than this on average is silent. */
const silentProbability = 0.2;

/** For so long a voice must be heard while its face is seen to be silent. */
const shortestFrames = 3 * frameRateHz;

/**
 * Splits voices where they contradict their faces: pieces of a voice, one after the other, in which its face is seen
 * for 3 s or more and silent, are somebody else's. They become a voice of their own for each face that speaks in them
 * instead, and one for those in which none does.
 *
 * @param lips by face: log odds of speaking by frame; NaN where it is not seen
 * @param faceOf index of the face by voice, in the order of `found.voices`; null for a voice off screen
 * @returns `found` itself where nothing contradicts
 */
export function splitContradicted(
	found: FoundVoices,
	lips: readonly Float32Array[],
	faceOf: readonly (number | null)[],
): FoundVoices {
	const pieces: VoicePiece[] = [...found.pieces];
	const added: FoundVoice[] = [];
	let next = 1 + Math.max(-1, ...found.voices.map(({ id }) => id));
	for (const [k, voice] of found.voices.entries()) {
		const face = faceOf[k] ?? null;
		if (face === null) continue;
		const bySpeaker = new Map<number | null, number[]>();
		for (const run of silentRuns(pieces, voice.id, lips[face]!)) {
			const speaker = speakerOf(
				run.map((i) => pieces[i]!),
				lips,
			);
			bySpeaker.set(speaker, [...(bySpeaker.get(speaker) ?? []), ...run]);
		}
		for (const own of bySpeaker.values()) {
			const turns = own.map((i) => pieces[i]!);
			for (const i of own) pieces[i] = { ...pieces[i]!, voice: next };
			added.push({
				...{ id: next, confidence: voice.confidence, turns },
				spokenSeconds: turns.reduce((sum, turn) => sum + durationOf(turn), 0),
				sample: bestSample(turns.map((turn) => ({ ...turn, voice: next, certainty: 1 }))),
			});
			next++;
		}
	}
	return added.length === 0 ? found : { ...found, pieces, voices: [...found.voices, ...added] };
}

/** Indices of a voice's pieces, in runs during which its face is seen to be silent for long enough. */
function silentRuns(pieces: readonly VoicePiece[], voice: number, lips: Float32Array): number[][] {
	const runs: { readonly indices: number[]; frames: number }[] = [];
	let isOpen = false;
	pieces.forEach((piece, i) => {
		// While another talks as well, the mean of the face says little of this voice.
		if (piece.voice !== voice || !piece.solo) return;
		const seen = framesIn(piece, lips).filter((odds) => !Number.isNaN(odds));
		const spoken = seen.reduce((sum, odds) => sum + 1 / (1 + Math.exp(-odds)), 0);
		const isSilent = seen.length > 0 && spoken < silentProbability * seen.length;
		if (isSilent && !isOpen) runs.push({ indices: [], frames: 0 });
		isOpen = isSilent;
		const run = runs.at(-1);
		if (!isSilent || !run) return;
		run.indices.push(i);
		run.frames += seen.length;
	});
	return runs.filter(({ frames }) => frames >= shortestFrames).map(({ indices }) => indices);
}

/** The face whose lips go best with some pieces; null where none does. */
function speakerOf(pieces: readonly VoicePiece[], lips: readonly Float32Array[]): number | null {
	const heard = new Uint8Array(lips[0]?.length ?? 0);
	for (const piece of pieces) heard.fill(1, ...boundsOf(piece));
	const ratios = evidenceOf([heard], lips).ratio[0] ?? [];
	const best = Math.max(...ratios);
	return best >= offScreenWorth ? ratios.indexOf(best) : null;
}

function framesIn(piece: VoicePiece, line: Float32Array): Float32Array {
	return line.subarray(...boundsOf(piece));
}

function boundsOf({ startSeconds, endSeconds }: VoicePiece): [number, number] {
	return [Math.round(startSeconds * frameRateHz), Math.round(endSeconds * frameRateHz)];
}
