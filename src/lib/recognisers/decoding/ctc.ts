import { blankIndex } from './units.ts';
import type { TimedUnit } from './units.ts';

/** Natural log probabilities, `frames` x `classes`, row-major; class 0 is the blank. */
export interface LogProbs {
	readonly frames: number;
	readonly classes: number;
	readonly data: Float32Array;
}

/** log(exp(a) + exp(b)) without overflow; -Infinity stands for probability 0. */
export function logAdd(a: number, b: number): number {
	if (a === -Infinity) return b;
	if (b === -Infinity) return a;
	return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

/** The units of the most probable path: repeats merged, blanks dropped. */
export function greedyUnits({ frames, classes, data }: LogProbs): number[] {
	const units: number[] = [];
	let previous = blankIndex;
	for (let t = 0; t < frames; t++) {
		let best = 0;
		for (let c = 1; c < classes; c++) {
			if ((data[t * classes + c] ?? 0) > (data[t * classes + best] ?? 0)) best = c;
		}
		if (best !== blankIndex && best !== previous) units.push(best);
		previous = best;
	}
	return units;
}

/**
 * Log probability of a sequence of units over all its alignments (the CTC forward algorithm, Graves 2006);
 * -Infinity when it does not fit into the frames.
 */
export function sequenceLogProb(logProbs: LogProbs, units: readonly number[]): number {
	const states = withBlanks(units);
	let row = new Float64Array(states.length).fill(-Infinity);
	for (let t = 0; t < logProbs.frames; t++) {
		const next = new Float64Array(states.length).fill(-Infinity);
		for (const [s, label] of states.entries()) {
			let sum = t === 0 ? (s < 2 ? 0 : -Infinity) : (row[s] ?? -Infinity);
			if (t > 0 && s > 0) sum = logAdd(sum, row[s - 1] ?? -Infinity);
			if (t > 0 && maySkip(states, s)) sum = logAdd(sum, row[s - 2] ?? -Infinity);
			next[s] = sum + (logProbs.data[t * logProbs.classes + label] ?? -Infinity);
		}
		row = next;
	}
	if (logProbs.frames === 0) return units.length === 0 ? 0 : -Infinity;
	return logAdd(row.at(-1) ?? -Infinity, units.length > 0 ? (row.at(-2) ?? -Infinity) : -Infinity);
}

/**
 * Where each unit of a sequence lies on its best alignment. A unit's confidence is its largest posterior there.
 * @throws TypeError when the sequence does not fit into the frames.
 */
export function alignUnits(logProbs: LogProbs, units: readonly number[]): TimedUnit[] {
	const { frames, classes, data } = logProbs;
	if (units.length === 0) return [];
	const states = withBlanks(units);
	const width = states.length;
	const from = new Int32Array(frames * width);
	let row = new Float64Array(width).fill(-Infinity);
	for (let t = 0; t < frames; t++) {
		const next = new Float64Array(width).fill(-Infinity);
		for (const [s, label] of states.entries()) {
			let best = t === 0 ? (s < 2 ? 0 : -Infinity) : (row[s] ?? -Infinity);
			let origin = s;
			if (t > 0 && s > 0 && (row[s - 1] ?? -Infinity) > best) {
				best = row[s - 1] ?? -Infinity;
				origin = s - 1;
			}
			if (t > 0 && maySkip(states, s) && (row[s - 2] ?? -Infinity) > best) {
				best = row[s - 2] ?? -Infinity;
				origin = s - 2;
			}
			next[s] = best + (data[t * classes + label] ?? -Infinity);
			from[t * width + s] = origin;
		}
		row = next;
	}
	let state =
		(row[width - 1] ?? -Infinity) >= (row[width - 2] ?? -Infinity) ? width - 1 : width - 2;
	if (!((row[state] ?? -Infinity) > -Infinity)) {
		throw new TypeError(`${units.length} units do not fit into ${frames} frames`);
	}
	const spans = units.map((unit) => ({ unit, startFrame: 0, endFrame: 0, confidence: 0 }));
	for (let t = frames - 1; t >= 0; t--) {
		const span = state % 2 === 1 ? spans[(state - 1) / 2] : undefined;
		if (span) {
			if (span.endFrame === 0) span.endFrame = t + 1;
			span.startFrame = t;
			const posterior = Math.exp(data[t * classes + span.unit] ?? -Infinity);
			span.confidence = Math.min(1, Math.max(span.confidence, posterior));
		}
		state = from[t * width + state] ?? 0;
	}
	return spans;
}

/** blank u1 blank u2 ... blank */
function withBlanks(units: readonly number[]): number[] {
	return [blankIndex, ...units.flatMap((unit) => [unit, blankIndex])];
}

/** Whether the state may follow the one two before it: a unit after a different unit. */
function maySkip(states: readonly number[], s: number): boolean {
	return s > 1 && states[s] !== blankIndex && states[s] !== states[s - 2];
}
