import { factoredLogLikelihood } from './factored-talk.ts';
import type { SpeakingStates } from './speaking-states.ts';
import { stepRateHz } from './speech-grid.ts';
import { mostOthers, startRates, stopRates } from './turn-rates.ts';

/**
 * A detector's errors last longer than a step, so steps tell less than their number suggests. Scaled
 * by this, the confidence in a division is as often right as it says: in simulated sessions of four to eight people 0.42 where
 * 0.40 were right (1 minute), 0.66 and 0.60 (2), 0.94 and 0.93 (6).
 */
const evidenceScale = 0.4;

/**
 * What a conversation loses to separate ways by each member beyond four, in nats a minute: false starts
 * and stops of a detector are unlikely in a conversation, and the more members it has the more of them
 * there are. Given back, so that size is no evidence against it. In simulated meetings of six to eight it is
 * 0.7 to 0.8; of 0.3, 0.5 and 0.7 the second keeps most meetings of five to eight whole and most pairs of
 * conversations apart.
 */
const lossPerMember = 0.5;

/**
 * Evidence against somebody talking with nobody, in nats: odds of a hundred, and more than true members of
 * conversations lose by chance and by their detector's errors. In simulated ones of two to eight
 * (4 minutes) nine of ten members cost them less than 2 a minute.
 */
const aloneCost = { least: Math.log(100), perMinute: 3 };

/** Joint states are followed up to so many members, beyond that each member by itself. */
const mostJoint = 4;

/** Joint states less likely than this are not followed: what they could add is out of sight. */
const negligible = 1e-7;

function countBits(value: number): number {
	let count = 0;
	for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
	return count;
}

/** Probability of each joint state after each joint state, row-major. */
function jointTransitions(members: readonly SpeakingStates[]): Float64Array {
	const states = 1 << members.length;
	const transitions = new Float64Array(states * states);
	const starts = members.map(({ startRate }) => startRates(members.length, startRate));
	const stops = members.map(({ stopRate }) => stopRates(members.length, stopRate));
	for (let from = 0; from < states; from += 1) {
		// Bit i: member i talks.
		const rates = members.map((_, i) => {
			const others = Math.min(mostOthers, countBits(from & ~(1 << i)));
			return (((from >> i) & 1) === 1 ? stops : starts)[i]?.[others] ?? 0;
		});
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
 * Natural log of the likelihood ratio that people hold one conversation against each going
 * their own way. Both sides are hidden Markov models over who talks at each step. Going their own
 * ways, people start and stop at their own average rates; in a conversation they start readily while
 * nobody else talks, seldom while somebody does, and stop sooner when talked over. Backchannels and
 * overlaps are thus unlikely, not impossible. Of a single person, that they talk with nobody.
 */
export function conversationEvidence(members: readonly SpeakingStates[]): number {
	const minutes = (members[0]?.likelihoodRatios.length ?? 0) / stepRateHz / 60;
	if (members.length === 1) return -Math.max(aloneCost.least, aloneCost.perMinute * minutes);
	const apart = members.reduce((sum, member) => sum + member.logLikelihood, 0);
	if (members.length <= mostJoint) return evidenceScale * (jointLogLikelihood(members) - apart);
	const loss = lossPerMember * (members.length - mostJoint) * minutes;
	return evidenceScale * (factoredLogLikelihood(members) - apart) + loss;
}
