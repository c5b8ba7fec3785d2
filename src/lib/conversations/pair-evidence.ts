import type { PairEvidence } from '../domain/conversation.ts';
import type { SpeakingStates } from './speaking-states.ts';
import { stepRateHz } from './speech-grid.ts';
import type { SpeechGrid } from './speech-grid.ts';

/** A floor change: one stops, and the other, who was silent, starts within this time around it. */
const turnSeconds = 2;

/** Pearson correlation over the steps in which both are seen; 0 where one of them never varies. */
function correlation(a: Float64Array, b: Float64Array): number {
	let count = 0;
	let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
	for (let t = 0; t < a.length; t += 1) {
		const x = a[t] ?? Number.NaN;
		const y = b[t] ?? Number.NaN;
		if (Number.isNaN(x) || Number.isNaN(y)) continue;
		count += 1;
		sumA += x;
		sumB += y;
		squaresA += x * x;
		squaresB += y * y;
		products += x * y;
	}
	const spreadA = squaresA - (sumA * sumA) / count;
	const spreadB = squaresB - (sumB * sumB) / count;
	if (!(spreadA > 1e-9 && spreadB > 1e-9)) return 0;
	return (products - (sumA * sumB) / count) / Math.sqrt(spreadA * spreadB);
}

/** Steps in which somebody starts (`true`) or stops talking. */
function changes(posterior: Float64Array, starts: boolean): number[] {
	const steps: number[] = [];
	for (let t = 1; t < posterior.length; t += 1) {
		const before = (posterior[t - 1] ?? 0) > 0.5;
		const now = (posterior[t] ?? 0) > 0.5;
		if (before !== now && now === starts) steps.push(t);
	}
	return steps;
}

/** Times the floor went from `from` to `to`: a stop with the other's start near it, each used once. */
function countTurns(from: SpeakingStates, to: SpeakingStates): number {
	const reach = turnSeconds * stepRateHz;
	const starts = changes(to.posterior, true);
	let used = 0;
	let turns = 0;
	for (const stop of changes(from.posterior, false)) {
		while (used < starts.length && (starts[used] ?? 0) < stop - reach) used += 1;
		if (used < starts.length && (starts[used] ?? 0) <= stop + reach) {
			turns += 1;
			used += 1;
		}
	}
	return turns;
}

function overlapFraction(a: SpeakingStates, b: SpeakingStates): number {
	let both = 0;
	let either = 0;
	for (const [t, x] of a.posterior.entries()) {
		const y = b.posterior[t] ?? 0;
		both += x * y;
		either += x + y - x * y;
	}
	return either > 1e-9 ? both / either : 0;
}

/** What people see of the evidence between two speakers; `logLikelihoodRatio` comes from the model. */
export function describePair(
	grids: readonly [SpeechGrid, SpeechGrid],
	states: readonly [SpeakingStates, SpeakingStates],
	logLikelihoodRatio: number,
): PairEvidence {
	const [a, b] = states;
	const minutes = a.posterior.length / stepRateHz / 60;
	const turns = countTurns(a, b) + countTurns(b, a);
	return {
		a: grids[0].speakerId,
		b: grids[1].speakerId,
		logLikelihoodRatio,
		overlapFraction: overlapFraction(a, b),
		turnsPerMinute: minutes > 0 ? turns / minutes : 0,
		correlation: correlation(grids[0].logOdds, grids[1].logOdds),
	};
}
