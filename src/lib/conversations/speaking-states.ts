import { stepRateHz } from './speech-grid.ts';

/** What is known of when one person speaks. */
export interface SpeakingStates {
	/** p(observed | speaks) / p(observed | is silent), per step; 1 where unseen. */
	readonly likelihoodRatios: Float64Array;
	/** Posterior probability of speech, per step. */
	readonly posterior: Float64Array;
	/** Natural log of p(all observed) / p(all observed | is silent all the time). */
	readonly logLikelihood: number;
	/** Probability that a silent person starts within a step, on average. */
	readonly startRate: number;
	/** Probability that somebody who speaks stops within a step, on average. */
	readonly stopRate: number;
}

interface Parameters {
	readonly silentMean: number;
	readonly speechMean: number;
	readonly deviation: number;
	readonly startRate: number;
	readonly stopRate: number;
}

const iterations = 12;

/**
 * The two modes stand at least this far apart in log odds, so that plain noise is no speech. On
 * simulated sessions anything from 1.5 to 2.5 serves; from 3 on real speech is lost.
 */
const leastSeparation = 2;
const leastDeviation = 0.7;

/** Natural log of the most that one step may say either way. */
const mostEvidence = 6;

/** Rates before anything was seen: a turn about every 7 s, of about 2.5 s. Worth `priorSteps` steps. */
const priorStartRate = 1 / (7 * stepRateHz);
const priorStopRate = 1 / (2.5 * stepRateHz);
const priorSteps = 20 * stepRateHz;

/** Density ratio of two normals with one deviation, bounded so that no step decides alone. */
function likelihoodRatio(value: number, model: Parameters): number {
	if (Number.isNaN(value)) return 1;
	const middle = (model.speechMean + model.silentMean) / 2;
	const slope = (model.speechMean - model.silentMean) / model.deviation ** 2;
	return Math.exp(Math.max(-mostEvidence, Math.min(mostEvidence, slope * (value - middle))));
}

interface Expectations {
	readonly posterior: Float64Array;
	readonly logLikelihood: number;
	readonly starts: number;
	readonly stops: number;
}

/** Posterior of the speaking state and expected numbers of changes (forward-backward). */
function expect(ratios: Float64Array, model: Parameters): Expectations {
	const steps = ratios.length;
	const { startRate, stopRate } = model;
	const forward = new Float64Array(steps);
	let speaking = startRate / (startRate + stopRate);
	let logLikelihood = 0;
	for (let t = 0; t < steps; t += 1) {
		const predicted = t === 0 ? speaking : speaking * (1 - stopRate) + (1 - speaking) * startRate;
		const weight = predicted * (ratios[t] ?? 1);
		const total = weight + 1 - predicted;
		speaking = weight / total;
		logLikelihood += Math.log(total);
		forward[t] = speaking;
	}
	const posterior = new Float64Array(steps);
	let starts = 0;
	let stops = 0;
	let later = speaking;
	posterior[steps - 1] = speaking;
	for (let t = steps - 2; t >= 0; t -= 1) {
		const now = forward[t] ?? 0;
		const predicted = now * (1 - stopRate) + (1 - now) * startRate;
		const stayed = (later * now * (1 - stopRate)) / predicted;
		const stopped = ((1 - later) * now * stopRate) / (1 - predicted);
		starts += later - stayed;
		stops += stopped;
		later = stayed + stopped;
		posterior[t] = later;
	}
	return { posterior, logLikelihood, starts, stops };
}

function quantile(sorted: Float64Array, fraction: number): number {
	return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? 0;
}

/** Modes, spread and rates that explain the posterior best (maximisation). */
function refit(values: Float64Array, expectations: Expectations): Parameters {
	const { posterior } = expectations;
	let speech = 0;
	let silence = 0;
	let speechSum = 0;
	let silenceSum = 0;
	for (const [t, value] of values.entries()) {
		if (Number.isNaN(value)) continue;
		const probability = posterior[t] ?? 0;
		speech += probability;
		silence += 1 - probability;
		speechSum += probability * value;
		silenceSum += (1 - probability) * value;
	}
	let speechMean = speechSum / Math.max(speech, 1e-9);
	let silentMean = silenceSum / Math.max(silence, 1e-9);
	if (speechMean - silentMean < leastSeparation) {
		const middle = (speechMean * speech + silentMean * silence) / Math.max(speech + silence, 1e-9);
		silentMean = Math.min(silentMean, middle);
		speechMean = silentMean + leastSeparation;
	}
	let squares = 0;
	for (const [t, value] of values.entries()) {
		if (Number.isNaN(value)) continue;
		const probability = posterior[t] ?? 0;
		squares +=
			probability * (value - speechMean) ** 2 + (1 - probability) * (value - silentMean) ** 2;
	}
	const deviation = Math.max(leastDeviation, Math.sqrt(squares / Math.max(speech + silence, 1e-9)));
	const allSpeech = posterior.reduce((sum, probability) => sum + probability, 0);
	const allSilence = posterior.length - allSpeech;
	return {
		speechMean,
		silentMean,
		deviation,
		startRate: (expectations.starts + priorStartRate * priorSteps) / (allSilence + priorSteps),
		stopRate: (expectations.stops + priorStopRate * priorSteps) / (allSpeech + priorSteps),
	};
}

/**
 * Fits a two-state hidden Markov model (silent, speaking; normal log odds with one spread) to one
 * person's activity by expectation maximisation. This takes a detector's offset and gain, which differ from face to face,
 * out of what follows.
 * @param logOdds log odds of speech per step; NaN where unseen.
 */
export function fitSpeakingStates(logOdds: Float64Array): SpeakingStates {
	const seen = logOdds.filter((value) => !Number.isNaN(value)).sort();
	const low = quantile(seen, 0.15);
	let model: Parameters = {
		silentMean: low,
		speechMean: Math.max(low + leastSeparation, quantile(seen, 0.9)),
		deviation: 1.5,
		startRate: priorStartRate,
		stopRate: priorStopRate,
	};
	let ratios = logOdds.map((value) => likelihoodRatio(value, model));
	let expectations = expect(ratios, model);
	for (let i = 0; i < iterations && seen.length > 0; i += 1) {
		model = refit(logOdds, expectations);
		ratios = logOdds.map((value) => likelihoodRatio(value, model));
		expectations = expect(ratios, model);
	}
	return {
		likelihoodRatios: ratios,
		posterior: expectations.posterior,
		logLikelihood: expectations.logLikelihood,
		startRate: model.startRate,
		stopRate: model.stopRate,
	};
}
