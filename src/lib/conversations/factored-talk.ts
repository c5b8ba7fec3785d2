import type { SpeakingStates } from './speaking-states.ts';
import { mostOthers, startRates, stopRates } from './turn-rates.ts';

/** Values kept of a count: chances of 0, 1, ... talkers below `mostOthers`; the rest is more. */
const kept = mostOthers;

/**
 * Chances of how many talk among the first members (`before`, a row for each number of them) and among
 * the last (`after`), each by itself.
 */
function countTalkers(talking: Float64Array, before: Float64Array, after: Float64Array): void {
	const count = talking.length;
	before.fill(0, 0, kept)[0] = 1;
	after.fill(0, kept * count)[kept * count] = 1;
	for (let i = 0; i < count; i += 1) {
		const early = talking[i] ?? 0;
		const late = talking[count - 1 - i] ?? 0;
		const [from, to] = [kept * i, kept * (i + 1)];
		const [lateFrom, lateTo] = [kept * (count - i), kept * (count - 1 - i)];
		for (let n = 0; n < kept; n += 1) {
			const fewer = n === 0 ? 0 : 1;
			before[to + n] =
				(before[from + n] ?? 0) * (1 - early) + fewer * (before[from + n - 1] ?? 0) * early;
			after[lateTo + n] =
				(after[lateFrom + n] ?? 0) * (1 - late) + fewer * (after[lateFrom + n - 1] ?? 0) * late;
		}
	}
}

/** Mean of rates by the number of other talkers, over how many of the others talk. */
function meanRate(
	rates: readonly number[],
	before: Float64Array,
	after: Float64Array,
	i: number,
): number {
	const [early, late] = [kept * i, kept * (i + 1)];
	let mean = 0;
	let fewer = 0;
	for (let n = 0; n < kept; n += 1) {
		let chance = 0;
		for (let m = 0; m <= n; m += 1) chance += (before[early + m] ?? 0) * (after[late + n - m] ?? 0);
		mean += chance * (rates[n] ?? 0);
		fewer += chance;
	}
	return mean + (1 - fewer) * (rates[kept] ?? 0);
}

/**
 * The log-likelihood of `jointLogLikelihood` (turn-model.ts) for any number of members, whose 2^n joint
 * states cannot be followed: after each step what is known of one member is kept, and that the members
 * depend on each other is not (the factored filter of Boyen and Koller 1998). Of that dependence little
 * is lost, for it is forgotten within a step: a member's next state depends on who talked before.
 */
export function factoredLogLikelihood(members: readonly SpeakingStates[]): number {
	const count = members.length;
	const rates = members.map(({ startRate, stopRate }) => ({
		start: startRates(count, startRate),
		stop: stopRates(count, stopRate),
	}));
	const talking = Float64Array.from(
		members,
		({ startRate, stopRate }) => startRate / (startRate + stopRate),
	);
	const before = new Float64Array(kept * (count + 1));
	const after = new Float64Array(kept * (count + 1));
	const steps = members[0]?.likelihoodRatios.length ?? 0;
	let logLikelihood = 0;
	for (let step = 0; step < steps; step += 1) {
		if (step > 0) countTalkers(talking, before, after);
		let product = 1;
		for (const [i, { start, stop }] of rates.entries()) {
			let chance = talking[i] ?? 0;
			if (step > 0) {
				const stays = 1 - meanRate(stop, before, after, i);
				chance = chance * stays + (1 - chance) * meanRate(start, before, after, i);
			}
			const weighted = chance * (members[i]?.likelihoodRatios[step] ?? 1);
			const total = weighted + 1 - chance;
			talking[i] = weighted / total;
			product *= total;
		}
		logLikelihood += Math.log(product);
	}
	return logLikelihood;
}
