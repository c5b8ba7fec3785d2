import { frameRateHz } from '../domain/session.ts';
import { leastCostAssignment } from '../signal/assignment.ts';

/** Whether lips move with a voice, in natural logarithms of how much likelier that is than not. */
export interface Evidence {
	/** `[voice][face]`. */
	readonly ratio: readonly (readonly number[])[];
	/** Seconds in which a voice is heard alone and a face is seen: `[voice][face]`. */
	readonly seconds: readonly (readonly number[])[];
}

/** Part of the time in which a visible face is held to be the one that is heard, before it is looked at. */
const priorSpeaking = 0.25;

/** For how long neighbouring frames say the same. */
const correlatedSeconds = 0.5;

/** One frame says no more than this, either way. */
const mostPerFrame = 4;

/** What a voice needs in its favour to be a face's: less, and it may as well be nobody's in the picture. */
export const offScreenWorth = 2;

/** A voice and a face that were met for less time are strangers. */
const shortestSeconds = 1;

/**
 * How much the lips of each face go with each voice.
 *
 * @param voices by frame: 1 where the voice is heard, and no other
 * @param faces by frame: log odds that the face speaks, by its lips; NaN where nobody can say
 */
export function evidenceOf(
	voices: readonly Uint8Array[],
	faces: readonly Float32Array[],
): Evidence {
	const prior = Math.log(priorSpeaking / (1 - priorSpeaking));
	const share = 1 / frameRateHz / correlatedSeconds;
	const pairs = voices.map((voice) =>
		faces.map((face) => {
			let ratio = 0;
			let frames = 0;
			for (let t = 0; t < face.length; t++) {
				if (voice[t] !== 1 || Number.isNaN(face[t]!)) continue;
				ratio += Math.min(mostPerFrame, Math.max(-mostPerFrame, face[t]! - prior)) * share;
				frames++;
			}
			return { ratio, seconds: frames / frameRateHz };
		}),
	);
	return {
		ratio: pairs.map((row) => row.map(({ ratio }) => ratio)),
		seconds: pairs.map((row) => row.map(({ seconds }) => seconds)),
	};
}

/**
 * The face of each voice, one to one, so that all in all most speaks for it; null for a voice off screen.
 *
 * @returns by voice, with how surely it is this face and not the next best, 0 to 1
 */
export function assignFaces({
	ratio,
	seconds,
}: Evidence): { readonly face: number | null; readonly confidence: number }[] {
	const faces = ratio[0]?.length ?? 0;
	const worth = (voice: number, column: number): number => {
		if (column >= faces) return offScreenWorth;
		return seconds[voice]![column]! < shortestSeconds ? -Infinity : ratio[voice]![column]!;
	};
	// A column for each voice beside those of the faces: any number of voices may be off screen.
	const found = leastCostAssignment(ratio.length, faces + ratio.length, (voice, column) =>
		Math.min(1e6, -worth(voice, column)),
	);
	return found.map((column, voice) => {
		const face = column === null || column >= faces ? null : column;
		const own = worth(voice, face ?? faces);
		const others = Array.from({ length: faces + 1 }, (_, k) => k)
			.filter((k) => k !== (face ?? faces))
			.map((k) => worth(voice, k));
		return { face, confidence: 1 / (1 + Math.exp(Math.max(...others, -1e3) - own)) };
	});
}
