import { frameRateHz } from '../../domain/session.ts';

/** A two-state Markov chain, silence and speech, whose scores are normally distributed in each. */
export interface SpeechModel {
	/** Mean score in silence and in speech. */
	readonly means: readonly [number, number];
	/** Standard deviations. */
	readonly deviations: readonly [number, number];
	/** Chance per frame to begin to speak, and to stop. */
	readonly begin: number;
	readonly stop: number;
}

/** What the forward-backward pass expects of each frame and of each step. */
export interface Expectation {
	/** Probability of speech. */
	readonly speech: Float64Array;
	/** Expected number of steps from silence (0) or speech (1) to silence or speech: `[from][to]`. */
	readonly steps: readonly [readonly [number, number], readonly [number, number]];
}

/**
 * Neighbouring scores are far from independent: the network's own memory and the face change slowly.
 * Each frame therefore counts as this part of an observation, which keeps the probabilities honest.
 */
const frameWeight = 0.12;

/**
 * Log of the likelihood ratio of speech against silence, as much as one frame may claim. Scores beyond
 * either mean count as the mean, so a higher score never makes speech less likely.
 * @param score NaN says nothing.
 */
function logRatio(score: number, { means, deviations }: SpeechModel): number {
	if (Number.isNaN(score)) return 0;
	const x = Math.min(means[1], Math.max(means[0], score));
	const silence = ((x - means[0]) / deviations[0]) ** 2;
	const speech = ((x - means[1]) / deviations[1]) ** 2;
	return frameWeight * (0.5 * (silence - speech) + Math.log(deviations[0] / deviations[1]));
}

/** Probability of speech in each frame, given all of them (forward-backward). */
export function expectSpeech(logRatios: Float64Array, { begin, stop }: SpeechModel): Expectation {
	const count = logRatios.length;
	const ratios = logRatios.map((value) => Math.exp(value));
	const speech = new Float64Array(count);
	// Forward: probability of speech given the frames so far.
	let p = begin / (begin + stop);
	for (let t = 0; t < count; t++) {
		if (t > 0) p = speech[t - 1]! * (1 - stop) + (1 - speech[t - 1]!) * begin;
		const joint = p * ratios[t]!;
		speech[t] = joint / (joint + 1 - p);
	}
	// Backward: likelihood of the frames to come, of speech relative to silence.
	const steps: [[number, number], [number, number]] = [
		[0, 0],
		[0, 0],
	];
	let later = 1;
	for (let t = count - 2; t >= 0; t--) {
		const now = speech[t]!;
		const ahead = ratios[t + 1]! * later;
		const silenceSilence = (1 - now) * (1 - begin);
		const silenceSpeech = (1 - now) * begin * ahead;
		const speechSilence = now * stop;
		const speechSpeech = now * (1 - stop) * ahead;
		const total = silenceSilence + silenceSpeech + speechSilence + speechSpeech;
		steps[0][0] += silenceSilence / total;
		steps[0][1] += silenceSpeech / total;
		steps[1][0] += speechSilence / total;
		steps[1][1] += speechSpeech / total;
		speech[t] = (speechSilence + speechSpeech) / total;
		later = (stop + (1 - stop) * ahead) / (1 - begin + begin * ahead);
	}
	return { speech, steps };
}

/** How strongly a prior model holds against what is seen. */
export interface PriorStrength {
	/** Seconds of scores that the prior means count as. */
	readonly meanSeconds: number;
	/** Seconds of scores that the prior deviations count as. */
	readonly deviationSeconds: number;
	/** Steps that the prior chances count as, out of either state. */
	readonly steps: number;
}

/** Of the fitted deviations: a wide speech mode would take a listener's higher scores for speech. */
const deviationBounds = [0.6, 1.1] as const;

/** After which the fit changes no probability by more than a hundredth. */
const rounds = 8;

/**
 * Fits a model to the scores of one or several speakers without labels: expectation-maximisation
 * with a prior (MAP), so that someone who never speaks, or always does, keeps the prior's other mode.
 * @param evidence Further log ratios by frame for each speaker, added to those of the scores.
 */
export function fitSpeechModel(
	speakers: readonly Float64Array[],
	evidence: readonly Float64Array[],
	prior: SpeechModel,
	strength: PriorStrength,
): SpeechModel {
	const meanCount = strength.meanSeconds * frameRateHz;
	const deviationCount = strength.deviationSeconds * frameRateHz;
	let model = prior;
	for (let round = 0; round < rounds; round++) {
		const weights = [0, 0];
		const sums = [0, 0];
		const squares = [0, 0];
		const steps = [
			[0, 0],
			[0, 0],
		];
		speakers.forEach((scores, index) => {
			const ratios = logRatiosOf(scores, evidence[index]!, model);
			const expected = expectSpeech(ratios, model);
			scores.forEach((score, t) => {
				if (Number.isNaN(score)) return;
				for (const state of [0, 1]) {
					const weight = state === 1 ? expected.speech[t]! : 1 - expected.speech[t]!;
					weights[state]! += weight;
					sums[state]! += weight * score;
					squares[state]! += weight * score * score;
				}
			});
			for (const from of [0, 1]) {
				for (const to of [0, 1]) steps[from]![to]! += expected.steps[from]![to]!;
			}
		});
		const mode = (state: 0 | 1): [number, number] => {
			const before = prior.means[state];
			const mean = (sums[state]! + meanCount * before) / (weights[state]! + meanCount);
			const scatter =
				squares[state]! -
				2 * mean * sums[state]! +
				mean * mean * weights[state]! +
				meanCount * (mean - before) ** 2 +
				deviationCount * prior.deviations[state] ** 2;
			const deviation = Math.sqrt(scatter / (weights[state]! + deviationCount));
			return [mean, Math.min(deviationBounds[1], Math.max(deviationBounds[0], deviation))];
		};
		const chance = (from: 0 | 1, before: number): number =>
			(steps[from]![1 - from]! + strength.steps * before) /
			(steps[from]![0]! + steps[from]![1]! + strength.steps);
		const [silence, speech] = [mode(0), mode(1)];
		model = {
			means: [silence[0], speech[0]],
			deviations: [silence[1], speech[1]],
			begin: chance(0, prior.begin),
			stop: chance(1, prior.stop),
		};
	}
	return model;
}

/** Evidence of one speaker's scores together with what else is known. */
export function logRatiosOf(
	scores: Float64Array,
	evidence: Float64Array,
	model: SpeechModel,
): Float64Array {
	return scores.map((score, t) => logRatio(score, model) + evidence[t]!);
}
