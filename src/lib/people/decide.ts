import { frameRateHz } from '../domain/session.ts';

/** What is known of one person, by frame. */
export interface PersonEvidence {
	/** Log odds of speaking by the lips, calibrated; NaN where the face is not seen or cannot be judged. */
	readonly lips: Float32Array;
	/** Log odds that the voice that is heard is this person's. */
	readonly voice: Float32Array;
}

/** Weights of lips, voice and voice activity, and what it takes to speak at all. */
export interface DecisionWeights {
	readonly lips: number;
	readonly voice: number;
	readonly speech: number;
	readonly threshold: number;
	/** Of the voice, where the face is not seen. */
	readonly voiceUnseen: number;
}

const defaultWeights: DecisionWeights = {
	...{ lips: 1, voice: 1, speech: 0.5, threshold: 1, voiceUnseen: 1.6 },
};

/** Voice activity says no more than this, either way. */
const mostSpeech = 3;

/** Below it nobody speaks, whatever lips do. */
const silence = 0.15;

const smoothedFrames = 5;
const on = 0;
const off = -0.8;

/** Shorter gaps are closed, then shorter runs are left out. */
const shortestGapFrames = 0.28 * frameRateHz;
const shortestRunFrames = 0.16 * frameRateHz;

/** Faces that speak this surely, in all frames around one, speak at once. */
const sureProbability = 0.8;
const sureBefore = 4;
const sureAfter = 3;

/** Log odds that somebody speaks: what the rest of `decide` works on. */
export function speakingOdds(
	{ lips, voice }: PersonEvidence,
	speech: Float32Array,
	weights: DecisionWeights = defaultWeights,
): Float32Array {
	return speech.map((probability, t) => {
		const clipped = Math.min(mostSpeech, Math.max(-mostSpeech, logit(probability)));
		const heard = weights.speech * clipped - weights.threshold;
		const seen = lips[t]!;
		if (Number.isNaN(seen)) return weights.voiceUnseen * voice[t]! + heard;
		return weights.lips * seen + weights.voice * voice[t]! + heard;
	});
}

/**
 * Who speaks when, in runs of frames, the end not part of them: smoothed, with hysteresis, no more at once than are
 * heard or surely seen to speak.
 *
 * @param speech probability that anybody speaks, by frame
 * @param heard how many are heard at once, by frame
 * @returns runs by person
 */
export function decide(
	people: readonly PersonEvidence[],
	speech: Float32Array,
	heard: Uint8Array,
	weights: DecisionWeights = defaultWeights,
): (readonly [number, number])[][] {
	const odds = people.map((person) => medianOf(speakingOdds(person, speech, weights)));
	const active = odds.map(withHysteresis);
	const limit = mostAtOnce(people, speech, heard);
	for (let t = 0; t < speech.length; t++) {
		const ranked = people
			.map((_, p) => p)
			.filter((p) => active[p]![t] === 1)
			.sort((a, b) => odds[b]![t]! - odds[a]![t]! || a - b);
		for (const p of ranked.slice(limit[t])) active[p]![t] = 0;
	}
	return active.map((frames) => {
		const bridged: [number, number][] = [];
		for (const run of runsOf(frames)) {
			const last = bridged.at(-1);
			if (last && run[0] - last[1] < shortestGapFrames) last[1] = run[1];
			else bridged.push(run);
		}
		return bridged.filter(([from, to]) => to - from >= shortestRunFrames);
	});
}

/** How many may speak at once, by frame. */
export function mostAtOnce(
	people: readonly PersonEvidence[],
	speech: Float32Array,
	heard: Uint8Array,
): Uint8Array {
	const line = logit(sureProbability);
	return heard.map((count, t) => {
		if (speech[t]! < silence) return 0;
		const from = Math.max(0, t - sureBefore);
		const around = (lips: Float32Array): Float32Array => lips.subarray(from, t + sureAfter + 1);
		const seen = people.filter(({ lips }) => around(lips).every((value) => value >= line)).length;
		return Math.max(count, seen);
	});
}

/** Median of five, the ends repeated. */
function medianOf(values: Float32Array): Float32Array {
	const reach = (smoothedFrames - 1) / 2;
	return values.map((_, t) => {
		const around = Array.from({ length: smoothedFrames }, (_, k) => {
			return values[Math.min(values.length - 1, Math.max(0, t + k - reach))]!;
		});
		return around.sort((a, b) => a - b)[reach]!;
	});
}

function withHysteresis(odds: Float32Array): Uint8Array {
	let isOn = false;
	return Uint8Array.from(odds, (value) => {
		isOn = isOn ? value >= off : value >= on;
		return isOn ? 1 : 0;
	});
}

function runsOf(frames: Uint8Array): [number, number][] {
	const runs: [number, number][] = [];
	for (let t = 0; t < frames.length; t++) {
		if (frames[t] !== 1) continue;
		let end = t;
		while (frames[end] === 1) end++;
		runs.push([t, end]);
		t = end;
	}
	return runs;
}

function logit(probability: number): number {
	return Math.log(probability / (1 - probability));
}
