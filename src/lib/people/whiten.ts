import type { VoicePrint } from '../perception/voice/voice-embedder.ts';

/** Share of the differences that count: the rest, the largest, are changes of the speaker. */
const keptShare = 0.6;

/** How far the spread is drawn towards a round one: there are fewer prints than it has numbers. */
const shrinkage = 0.3;

/**
 * Prints of one recording freed of what changes from one second to the next while one person talks: words,
 * moods, and the noise of short windows. The recording's mean is taken away, so that what all prints share,
 * such as the room, does not count; then each direction is scaled by its spread within a voice. That spread
 * is learnt from prints that follow each other, most of which are of one person (after WCCN, Hatch et al.
 * 2006, but without knowing who speaks).
 *
 * @param prints in the order of the recording
 * @param lag how far apart two prints are that share no sound
 */
export function whitened(prints: readonly VoicePrint[], lag: number): Float32Array[] {
	const first = prints[0];
	if (first === undefined) return [];
	const size = first.length;
	const mean = new Float64Array(size);
	for (const print of prints) {
		for (let i = 0; i < size; i++) mean[i] = mean[i]! + print[i]! / prints.length;
	}
	const root = choleskyOf(size, spreadWithin(prints, lag, size));
	return prints.map((print) => {
		const values = new Float32Array(size);
		for (let i = 0; i < size; i++) {
			let value = print[i]! - mean[i]!;
			for (let k = 0; k < i; k++) value -= root[i * size + k]! * values[k]!;
			values[i] = value / root[i * size + i]!;
		}
		return values;
	});
}

/** Covariance within a voice, shrunk, row-major; a round one where there is too little to learn from. */
function spreadWithin(prints: readonly VoicePrint[], lag: number, size: number): Float64Array {
	const differences: { values: Float32Array; length: number }[] = [];
	for (let i = 0; i + lag < prints.length; i++) {
		const [one, other] = [prints[i]!, prints[i + lag]!];
		const values = one.map((value, k) => (value - other[k]!) * Math.SQRT1_2);
		differences.push({ values, length: values.reduce((sum, value) => sum + value * value, 0) });
	}
	differences.sort((a, b) => a.length - b.length);
	const kept = differences.slice(0, Math.ceil(keptShare * differences.length));
	const spread = new Float64Array(size * size);
	for (const { values } of kept) {
		for (let i = 0; i < size; i++) {
			const scaled = values[i]! / kept.length;
			for (let j = 0; j <= i; j++)
				spread[i * size + j] = spread[i * size + j]! + scaled * values[j]!;
		}
	}
	let trace = 0;
	for (let i = 0; i < size; i++) trace += spread[i * size + i]!;
	const round = trace > 0 ? trace / size : 1;
	const share = trace > 0 ? shrinkage : 1;
	for (let i = 0; i < size; i++) {
		for (let j = 0; j <= i; j++) {
			spread[i * size + j] = (1 - share) * spread[i * size + j]! + (i === j ? share * round : 0);
		}
	}
	return spread;
}

/** The lower triangle whose product with itself is the matrix. */
function choleskyOf(size: number, matrix: Float64Array): Float64Array {
	const root = new Float64Array(size * size);
	for (let i = 0; i < size; i++) {
		for (let j = 0; j <= i; j++) {
			let value = matrix[i * size + j]!;
			for (let k = 0; k < j; k++) value -= root[i * size + k]! * root[j * size + k]!;
			root[i * size + j] = i === j ? Math.sqrt(value) : value / root[j * size + j]!;
		}
	}
	return root;
}
