import type { SpeakingStates } from './speaking-states.ts';

/**
 * How many times as ready somebody is to start, and to stop, as on their own average, when 0, 1, 2 or
 * 3 other members of the conversation talk; first index: number of others, less one. Measured
 * on simulated conversations (tests/bench/fit-turn-model.ts): with the floor free people start
 * about twice as often, with one talker half as often, and who is talked over stops sooner.
 */
const startFactors: readonly (readonly number[])[] = [
	[1.83, 0.46],
	[1.86, 0.55, 0.72],
	[1.92, 0.62, 0.76, 0.96],
];
const stopFactors: readonly (readonly number[])[] = [
	[0.89, 1.72],
	[0.85, 1.64, 1.12],
	[0.8, 1.53, 1.47, 0.66],
];

/**
 * The averages above come from a noisy detector, whose errors start and stop without regard to
 * anybody; true readiness varies more. Exponent chosen on simulated sessions (1 to 1.3 serve).
 */
const factorExponent = 1.3;

/**
 * A detector's errors last longer than a step, so steps tell less than their number suggests. Scaled
 * by this, the confidence in a division is as often right as it says: in simulated sessions of four to eight people 0.42 where
 * 0.40 were right (1 minute), 0.66 and 0.60 (2), 0.94 and 0.93 (6).
 */
const evidenceScale = 0.4;

/** A rate is a probability per step; none is certain. */
const mostLikely = 0.9;

/** Joint states less likely than this are not followed: what they could add is out of sight. */
const negligible = 1e-7;

function countBits(value: number): number {
	let count = 0;
	for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
	return count;
}

/** Chance that a member's state changes within a step, given who talked before it (bit i: member i). */
function changeRate(members: readonly SpeakingStates[], i: number, state: number): number {
	const member = members[i];
	if (!member) return 0;
	const talks = ((state >> i) & 1) === 1;
	const others = countBits(state & ~(1 << i));
	const factor = (talks ? stopFactors : startFactors)[members.length - 2]?.[others] ?? 1;
	const rate = talks ? member.stopRate : member.startRate;
	return Math.min(mostLikely, rate * factor ** factorExponent);
}

/** Probability of each joint state after each joint state, row-major. */
function jointTransitions(members: readonly SpeakingStates[]): Float64Array {
	const states = 1 << members.length;
	const transitions = new Float64Array(states * states);
	for (let from = 0; from < states; from += 1) {
		const rates = members.map((_, i) => changeRate(members, i, from));
		for (let to = 0; to < states; to += 1) {
			transitions[from * states + to] = rates.reduce(
				(product, rate, i) => product * ((((to ^ from) >> i) & 1) === 1 ? rate : 1 - rate),
				1,
			);
		}
	}
	return transitions;
}

/** Product of the members' independent shares of time spent talking. */
function initialStates(members: readonly SpeakingStates[]): Float64Array {
	return Float64Array.from({ length: 1 << members.length }, (_, state) =>
		members.reduce((product, { startRate, stopRate }, i) => {
			const share = startRate / (startRate + stopRate);
			return product * (((state >> i) & 1) === 1 ? share : 1 - share);
		}, 1),
	);
}

/** Distribution over joint states one step on; states with less than `least` are not followed. */
function advance(
	current: Float64Array,
	transitions: Float64Array,
	least: number,
	next: Float64Array,
): void {
	const states = current.length;
	next.fill(0);
	for (let from = 0; from < states; from += 1) {
		const probability = current[from] ?? 0;
		if (probability < least) continue;
		const row = from * states;
		for (let to = 0; to < states; to += 1) {
			next[to] = (next[to] ?? 0) + probability * (transitions[row + to] ?? 0);
		}
	}
}

/** Weighs each joint state by what is seen of the members in a step; the sum of all. */
function observe(
	current: Float64Array,
	members: readonly SpeakingStates[],
	step: number,
	weights: Float64Array,
): number {
	weights[0] = 1;
	for (let i = 0; i < members.length; i += 1) {
		const ratio = members[i]?.likelihoodRatios[step] ?? 1;
		const bit = 1 << i;
		for (let state = 0; state < bit; state += 1)
			weights[state + bit] = (weights[state] ?? 0) * ratio;
	}
	let total = 0;
	for (let state = 0; state < current.length; state += 1) {
		const weighted = (current[state] ?? 0) * (weights[state] ?? 0);
		current[state] = weighted;
		total += weighted;
	}
	return total;
}

/** Sums outside these bounds are brought back to 1 before they run out of the range of doubles. */
const smallestSum = 1e-150;
const largestSum = 1e150;

/**
 * Log-likelihood of what was seen of the members, relative to all of them being silent all the time
 * (forward algorithm over the joint states of who talks).
 */
function jointLogLikelihood(members: readonly SpeakingStates[]): number {
	const transitions = jointTransitions(members);
	let current: Float64Array = initialStates(members);
	let next: Float64Array = new Float64Array(current.length);
	const weights = new Float64Array(current.length);
	const steps = members[0]?.likelihoodRatios.length ?? 0;
	let logLikelihood = 0;
	let total = 1;
	for (let step = 0; step < steps; step += 1) {
		if (step > 0) {
			advance(current, transitions, total * negligible, next);
			[current, next] = [next, current];
		}
		total = observe(current, members, step, weights);
		if (total < smallestSum || total > largestSum) {
			logLikelihood += Math.log(total);
			for (let state = 0; state < current.length; state += 1) {
				current[state] = (current[state] ?? 0) / total;
			}
			total = 1;
		}
	}
	return logLikelihood + Math.log(total);
}

/**
 * Natural log of the likelihood ratio that two to four people hold one conversation against each going
 * their own way. Both sides are hidden Markov models over who talks at each step. Going their own
 * ways, people start and stop at their own average rates; in a conversation they start readily while
 * nobody else talks, seldom while somebody does, and stop sooner when talked over. Backchannels and
 * overlaps are thus unlikely, not impossible.
 */
export function conversationEvidence(members: readonly SpeakingStates[]): number {
	const apart = members.reduce((sum, member) => sum + member.logLikelihood, 0);
	return evidenceScale * (jointLogLikelihood(members) - apart);
}
