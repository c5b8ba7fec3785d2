import { logAdd } from './ctc.ts';
import type { LogProbs } from './ctc.ts';
import { blankIndex } from './units.ts';

/** Stands for the logarithm of zero (ESPnet's value): finite, so that differences stay numbers. */
const logZero = -1e10;

/** A prefix of units and what is needed to extend it; times are those at which its last frame lies. */
export interface CtcPrefix {
	readonly length: number;
	/** Null for the empty prefix. */
	readonly lastUnit: number | null;
	/** Log probability that the output begins with this prefix. */
	readonly logProb: number;
	/** For each frame: log probability of this prefix up to there, with a blank in the frame. */
	readonly blank: Float64Array;
	/** The same, whatever is in the frame. */
	readonly total: Float64Array;
}

/** Several prefixes, each extended by several units. */
export interface CtcExtensions {
	/** Log probability that the output begins with prefix and unit; [prefixes, units per prefix]. */
	readonly logProbs: Float64Array;
	/** Log probability that the output is the prefix and nothing more; one for each prefix. */
	readonly endLogProbs: Float64Array;
	/** The extended prefix at an index of `logProbs`. */
	prefix(index: number): CtcPrefix;
}

/**
 * Scores prefixes by CTC (Watanabe et al. 2017, "Hybrid CTC/Attention Architecture for End-to-End
 * Speech Recognition", algorithm 2), as ESPnet does for a batch of hypotheses: in one pass over the
 * frames for all prefixes and all candidate units. A unit equal to the prefix's last one needs a
 * blank between the two.
 */
export class CtcPrefixScorer {
	readonly #logProbs: LogProbs;

	/** @throws TypeError when there are no frames. */
	constructor(logProbs: LogProbs) {
		if (logProbs.frames === 0) throw new TypeError('There is no frame to score by');
		this.#logProbs = logProbs;
	}

	/** The prefix without units, with which every output begins. */
	empty(): CtcPrefix {
		const { frames, classes, data } = this.#logProbs;
		const blank = new Float64Array(frames);
		let sum = 0;
		for (let t = 0; t < frames; t++) {
			sum += data[t * classes + blankIndex]!;
			blank[t] = sum;
		}
		return { length: 0, lastUnit: null, logProb: 0, blank, total: blank };
	}

	/**
	 * @param units candidates, [prefixes, units per prefix]; never the blank
	 * @throws TypeError when the candidates do not divide among the prefixes.
	 */
	extend(prefixes: readonly CtcPrefix[], units: Int32Array): CtcExtensions {
		const { frames, classes, data } = this.#logProbs;
		const count = units.length;
		const each = count / prefixes.length;
		if (!Number.isInteger(each)) {
			throw new TypeError(`${count} units do not divide among ${prefixes.length} prefixes`);
		}
		const labels = new Float64Array(frames * count).fill(logZero);
		const blanks = new Float64Array(frames * count).fill(logZero);
		const logProbs = new Float64Array(count).fill(logZero);

		/** What comes before the candidate's own frame: anything, but a blank after the same unit. */
		const before: Float64Array[] = [];
		const starts = new Int32Array(count);
		let first = frames;
		for (let i = 0; i < count; i++) {
			const prefix = prefixes[Math.floor(i / each)]!;
			before.push(units[i] === prefix.lastUnit ? prefix.blank : prefix.total);
			starts[i] = Math.max(prefix.length, 1);
			first = Math.min(first, starts[i]!);
			if (prefix.length === 0) {
				labels[i] = data[units[i]!]!;
				logProbs[i] = labels[i]!;
			}
		}
		for (let t = first; t < frames; t++) {
			const row = t * count;
			const previous = row - count;
			const blankEmission = data[t * classes + blankIndex]!;
			for (let i = 0; i < count; i++) {
				if (t < starts[i]!) continue;
				const emission = data[t * classes + units[i]!]!;
				const arrival = before[i]![t - 1]!;
				const label = labels[previous + i]!;
				labels[row + i] = logAdd(label, arrival) + emission;
				blanks[row + i] = logAdd(label, blanks[previous + i]!) + blankEmission;
				logProbs[i] = logAdd(logProbs[i]!, arrival + emission);
			}
		}
		return {
			logProbs,
			endLogProbs: Float64Array.from(prefixes, ({ total }) => total[frames - 1]!),
			prefix: (index) => {
				const blank = new Float64Array(frames);
				const total = new Float64Array(frames);
				for (let t = 0; t < frames; t++) {
					blank[t] = blanks[t * count + index]!;
					total[t] = logAdd(labels[t * count + index]!, blank[t]!);
				}
				return {
					length: prefixes[Math.floor(index / each)]!.length + 1,
					lastUnit: units[index]!,
					logProb: logProbs[index]!,
					blank,
					total,
				};
			},
		};
	}
}
