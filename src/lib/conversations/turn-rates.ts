/**
 * How many times as ready somebody is to start, and to stop, as on their own average, when 0, 1, 2 or
 * 3 and more other members of the conversation talk; first index: number of others, less one, the last
 * row for four and more. Measured on simulated conversations (tests/bench/fit-turn-model.ts): with the
 * floor free people start about twice as often, with one talker half as often, and who is talked over
 * stops sooner. From five members to twenty the numbers hardly change.
 */
const startFactors: readonly (readonly number[])[] = [
	[1.83, 0.46],
	[1.86, 0.55, 0.72],
	[1.92, 0.62, 0.76, 0.96],
	[2, 0.62, 0.8, 1],
];
const stopFactors: readonly (readonly number[])[] = [
	[0.89, 1.72],
	[0.85, 1.64, 1.12],
	[0.8, 1.53, 1.47, 0.66],
	[0.8, 1.63, 1.88, 1.3],
];

/**
 * The averages above come from a noisy detector, whose errors start and stop without regard to
 * anybody; true readiness varies more. Exponent chosen on simulated sessions (1 to 1.3 serve).
 */
const factorExponent = 1.3;

/** A rate is a probability per step; none is certain. */
const mostLikely = 0.9;

/** Most others that are told apart: more count as so many. */
export const mostOthers = 3;

function ratesOf(
	factors: readonly (readonly number[])[],
	members: number,
	rate: number,
): readonly number[] {
	const row = factors[Math.min(members - 2, factors.length - 1)] ?? [];
	return Array.from({ length: mostOthers + 1 }, (_, others) => {
		const factor = row[Math.min(others, row.length - 1)] ?? 1;
		return Math.min(mostLikely, rate * factor ** factorExponent);
	});
}

/** Probability that a silent member starts within a step, by how many of the others talk (0 to `mostOthers`). */
export function startRates(members: number, rate: number): readonly number[] {
	return ratesOf(startFactors, members, rate);
}

/** Probability that a member who talks stops within a step, by how many of the others talk. */
export function stopRates(members: number, rate: number): readonly number[] {
	return ratesOf(stopFactors, members, rate);
}
