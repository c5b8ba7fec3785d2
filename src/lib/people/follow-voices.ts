import { sumOf } from './stretches.ts';

/** What is weighed against how a piece sounds. */
const soundWeight = 10;

/** What a change of the voice costs, in the midst of speech and after a pause. */
const changeCost = 8;
const changeCostAfterPause = 4;

/** Pieces of a recording as far as their voices count. */
export interface HeardPieces {
	/** Prints, in order; null where nothing could be heard of a voice. */
	readonly voices: readonly (Float32Array | null)[];
	/** Whether a piece follows the one before it without a pause. */
	readonly joins: readonly boolean[];
	/** Pieces whose voice is given, by what they are linked with. */
	readonly fixed: readonly boolean[];
}

/** How likely each voice is in each piece by its sound alone, and the voices' numbers. */
export interface VoiceLikeness {
	readonly labels: readonly number[];
	/** The mean of each voice, of length 1. */
	readonly means: readonly Float32Array[];
	/** Cosine of a piece with each voice's mean, row-major `[pieces, labels]`; 0 where nothing was heard. */
	readonly cosines: Float32Array;
}

/**
 * How near each piece lies to the mean of each voice.
 * @param given means of the voices, in the order of their numbers, where others are meant than those of the pieces
 */
export function likenessTo(
	{ voices }: Pick<HeardPieces, 'voices'>,
	labels: readonly number[],
	given: readonly Float32Array[] | null = null,
): VoiceLikeness {
	const numbers = [...new Set(labels)].sort((a, b) => a - b);
	const means =
		given ??
		numbers.map((number) =>
			toUnit(sumOf(voices.flatMap((voice, i) => (labels[i] === number && voice ? [voice] : [])))),
		);
	const cosines = new Float32Array(voices.length * numbers.length);
	voices.forEach((voice, i) => {
		if (voice === null) return;
		means.forEach((mean, k) => {
			let product = 0;
			for (let d = 0; d < mean.length; d++) product += mean[d]! * voice[d]!;
			cosines[i * numbers.length + k] = product;
		});
	});
	return { labels: numbers, means, cosines };
}

/**
 * The voice of each piece, so that a voice that talks keeps the floor for as long as it may be the one: the best way
 * through all pieces (Viterbi), by how near each lies to the means of the voices and by what a change costs.
 * @param labels the voices so far; what they give is the start, and those of fixed pieces stay
 */
export function followVoices(
	pieces: HeardPieces,
	labels: readonly number[],
	rounds: number,
): number[] {
	let current = [...labels];
	for (let round = 0; round < rounds; round++) {
		const next = bestWay(pieces, current, likenessTo(pieces, current));
		if (next.every((label, i) => label === current[i])) break;
		current = next;
	}
	return current;
}

function bestWay(
	{ joins, fixed }: HeardPieces,
	given: readonly number[],
	{ labels, cosines }: VoiceLikeness,
): number[] {
	const count = labels.length;
	let scores = new Float64Array(count);
	const from: Int32Array[] = [];
	joins.forEach((joined, i) => {
		const best = indexOfLargest(scores);
		const cost = i === 0 ? 0 : joined ? changeCost : changeCostAfterPause;
		const next = new Float64Array(count);
		const origin = new Int32Array(count);
		for (let k = 0; k < count; k++) {
			const changes = scores[best]! - cost > scores[k]!;
			origin[k] = changes ? best : k;
			const allowed = !fixed[i] || labels[k] === given[i];
			next[k] = allowed
				? (changes ? scores[best]! - cost : scores[k]!) + soundWeight * cosines[i * count + k]!
				: -Infinity;
		}
		from.push(origin);
		scores = next;
	});
	const way = new Array<number>(joins.length);
	let k = indexOfLargest(scores);
	for (let i = joins.length - 1; i >= 0; i--) {
		way[i] = labels[k]!;
		k = from[i]![k]!;
	}
	return way;
}

function indexOfLargest(values: Float64Array): number {
	let best = 0;
	for (let k = 1; k < values.length; k++) if (values[k]! > values[best]!) best = k;
	return best;
}

function toUnit(vector: Float32Array): Float32Array {
	const length = Math.hypot(...vector);
	return length > 0 ? vector.map((value) => value / length) : vector;
}
