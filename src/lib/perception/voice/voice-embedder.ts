import type { SlowOptions } from '../../support/progress.ts';

/** What a voice sounds like, as a vector of length 1: near for one person, far for two. */
export type VoicePrint = Float32Array;

/** What cosines of an embedder's prints mean. */
export interface VoiceThresholds {
	/** From here on two prints are taken for one voice. */
	readonly sameVoiceCosine: number;
	/** From here on it may be said of two people that they are one: two voices hardly ever get there. */
	readonly surelySameCosine: number;
	/** Below this for two: prints of one voice hardly ever lie there. Between the two it stays open. */
	readonly differentVoicesCosine: number;
}

/** A network that tells voices apart, whichever it is. */
export interface VoiceEmbedder extends VoiceThresholds {
	/** Id in the model catalogue. Prints of different embedders must not be compared. */
	readonly id: string;
	/**
	 * The voice of a stretch of speech by one person. Two seconds are enough to say something; pauses
	 * and other voices in it make it worse.
	 * @param samples 16 kHz mono, -1 to 1
	 * @throws TypeError when there are no samples.
	 */
	embed(samples: Float32Array, options?: SlowOptions): Promise<VoicePrint>;
}

/** Cosine of the angle between two prints, -1 to 1. @throws TypeError for prints of unlike length. */
export function cosineOf(a: VoicePrint, b: VoicePrint): number {
	if (a.length !== b.length) throw new TypeError(`Prints of ${a.length} and ${b.length} values`);
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return Math.max(-1, Math.min(1, sum));
}

/**
 * The direction of the sum of several vectors, each as it is: a longer one counts for more.
 * @throws TypeError for none, or for vectors that cancel out.
 */
export function meanPrint(vectors: readonly Float32Array[]): VoicePrint {
	const mean = new Float64Array(vectors[0]?.length ?? 0);
	for (const vector of vectors) {
		for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + vector[i]!;
	}
	const length = Math.hypot(...mean);
	if (!(length > 0)) throw new TypeError('These vectors have no direction in common');
	return Float32Array.from(mean, (value) => value / length);
}
