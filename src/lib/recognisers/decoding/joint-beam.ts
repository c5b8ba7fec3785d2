import { ConfabError } from '../../support/errors.ts';
import { CtcPrefixScorer } from './ctc-prefix.ts';
import type { CtcPrefix } from './ctc-prefix.ts';
import type { LogProbs } from './ctc.ts';
import { blankIndex } from './units.ts';

export interface JointBeamOptions {
	/** Hypotheses that run at once. Per hypothesis, 1.5 times as many units are looked at. */
	readonly width: number;
	/** Share of CTC in the score; the rest is the decoder's. */
	readonly ctcWeight: number;
	/** Units at most; the number of frames in any case. */
	readonly maximumSteps: number;
	/** Begins and ends every sentence; one class stands for both. */
	readonly boundaryUnit: number;
}

/** Beam and weight of the MCoRec baseline. */
export const baselineBeam = { width: 3, ctcWeight: 0.1 } as const;

/** What the attention decoder is asked: what may follow each running hypothesis. */
export interface BeamQuestion {
	/** Last unit of each hypothesis; the boundary at first. */
	readonly units: Int32Array;
	/** Hypothesis of the question before that each goes on from; [0] at first. */
	readonly parents: Int32Array;
}

export interface JointHypothesis {
	/** Without the boundaries. */
	readonly units: readonly number[];
	/** Natural log probability that the decoder gave each of them. */
	readonly unitLogProbs: readonly number[];
	/** Weighted sum of the two that follow; not normalised by length. */
	readonly score: number;
	readonly decoderScore: number;
	readonly ctcScore: number;
}

interface Running extends JointHypothesis {
	readonly prefix: CtcPrefix;
}

interface Candidate {
	readonly parent: number;
	readonly unit: number;
	readonly score: number;
	readonly decoderScore: number;
	readonly ctcScore: number;
	/** Index among the scored extensions; null for the end. */
	readonly extension: number | null;
}

/** How far the best of a length must be below the best of all to count as hopeless, and how often. */
const hopelessMargin = 10;
const hopelessLengths = 3;

/**
 * Beam search by an attention decoder and CTC together, as ESPnet's BatchBeamSearch does it for the
 * MCoRec baseline. For each running hypothesis the units that the decoder likes best are candidates,
 * and always the end; CTC scores these alone. The best of all hypotheses together go on. At the last
 * step the end is appended to all that still run, without a score.
 *
 * It asks and is answered, so that one run of the decoder can serve several searches.
 */
export class JointBeam {
	readonly #options: JointBeamOptions;
	readonly #scorer: CtcPrefixScorer;
	readonly #steps: number;
	readonly #ended: JointHypothesis[] = [];
	#running: Running[];
	#parents = Int32Array.of(0);
	#step = 0;

	/** @throws TypeError when there are no frames. */
	constructor(logProbs: LogProbs, options: JointBeamOptions) {
		this.#options = options;
		this.#scorer = new CtcPrefixScorer(logProbs);
		this.#steps = Math.min(logProbs.frames, options.maximumSteps);
		const scores = { score: 0, decoderScore: 0, ctcScore: 0 };
		this.#running = [{ units: [], unitLogProbs: [], ...scores, prefix: this.#scorer.empty() }];
	}

	/** What the decoder is to be asked now; null when the search is over. */
	get question(): BeamQuestion | null {
		if (this.#step >= this.#steps || this.#running.length === 0) return null;
		const { boundaryUnit } = this.#options;
		return {
			units: Int32Array.from(this.#running, ({ units }) => units.at(-1) ?? boundaryUnit),
			parents: this.#parents,
		};
	}

	/**
	 * Goes on by one unit.
	 * @param next natural log probabilities of every unit after each hypothesis, [hypotheses, classes]
	 * @throws ConfabError `ModelMismatch` when they are not numbers.
	 */
	answer(next: Float32Array): void {
		const { candidates, prefix } = this.#candidates(next);
		const best = candidates.sort((a, b) => b.score - a.score).slice(0, this.#options.width);
		const before = this.#running;
		const parents: number[] = [];
		this.#running = [];
		for (const { parent, unit, extension, ...scores } of best) {
			const { units, unitLogProbs, decoderScore } = before[parent]!;
			if (extension === null) {
				this.#ended.push({ units, unitLogProbs, ...scores });
				continue;
			}
			this.#running.push({
				units: [...units, unit],
				unitLogProbs: [...unitLogProbs, scores.decoderScore - decoderScore],
				...scores,
				prefix: prefix(extension),
			});
			parents.push(parent);
		}
		this.#parents = Int32Array.from(parents);
		this.#step += 1;
		if (this.#step < this.#steps && isHopeless(this.#ended, this.#step - 1)) this.#running = [];
	}

	/** Sentences by falling score: those that ended, and those that were cut off at the last step. */
	sentences(): JointHypothesis[] {
		const forced = this.#running.map(({ prefix: _, ...hypothesis }) => hypothesis);
		return [...this.#ended, ...forced].sort((a, b) => b.score - a.score);
	}

	/** The candidates of all hypotheses, scored; and the CTC state of each that is not an end. */
	#candidates(next: Float32Array): {
		candidates: Candidate[];
		prefix: (extension: number) => CtcPrefix;
	} {
		const { width, ctcWeight, boundaryUnit } = this.#options;
		const running = this.#running;
		const classes = next.length / running.length;
		const each = Math.min(Math.floor(1.5 * width), classes);
		const units = new Int32Array(running.length * each);
		for (let row = 0; row < running.length; row++) {
			units.set(bestUnits(next.subarray(row * classes, (row + 1) * classes), each), row * each);
		}
		const extensions = this.#scorer.extend(
			running.map(({ prefix }) => prefix),
			units,
		);
		const candidates: Candidate[] = [];
		running.forEach((from, parent) => {
			const add = (unit: number, ctcLogProb: number, extension: number | null): void => {
				const decoderScore = from.decoderScore + next[parent * classes + unit]!;
				const ctcScore = from.ctcScore + ctcLogProb - from.prefix.logProb;
				const score = (1 - ctcWeight) * decoderScore + ctcWeight * ctcScore;
				candidates.push({ parent, unit, score, decoderScore, ctcScore, extension });
			};
			for (let i = parent * each; i < (parent + 1) * each; i++) {
				const unit = units[i]!;
				// The blank is no unit, and the end is scored below.
				if (unit === blankIndex || unit === boundaryUnit) continue;
				add(unit, extensions.logProbs[i]!, i);
			}
			add(boundaryUnit, extensions.endLogProbs[parent]!, null);
		});
		return { candidates, prefix: (extension) => extensions.prefix(extension) };
	}
}

/** Classes of the largest values, largest first. */
function bestUnits(values: Float32Array, count: number): Int32Array {
	const units = new Int32Array(count).fill(-1);
	for (let unit = 0; unit < values.length; unit++) {
		const value = values[unit]!;
		let place = count;
		while (place > 0 && (units[place - 1]! < 0 || value > values[units[place - 1]!]!)) place--;
		if (place === count || Number.isNaN(value)) continue;
		units.copyWithin(place + 1, place, count - 1);
		units[place] = unit;
	}
	if (units.includes(-1)) {
		throw new ConfabError('ModelMismatch', 'The decoder put out what is not a number.');
	}
	return units;
}

/**
 * Whether going on is hopeless: the last lengths at which hypotheses ended, with none missing, were
 * all far worse than the best so far. Lengths count both boundaries, so the newest looked at ended
 * two steps ago: ESPnet's way, which the baseline's numbers hang on.
 */
function isHopeless(ended: readonly JointHypothesis[], step: number): boolean {
	const best = Math.max(...ended.map(({ score }) => score));
	for (let back = 0; back < hopelessLengths; back++) {
		const ofLength = ended.filter(({ units }) => units.length + 2 === step - back);
		if (ofLength.length === 0) return false;
		const bestOfLength = Math.max(...ofLength.map(({ score }) => score));
		if (!(bestOfLength - best < -hopelessMargin)) return false;
	}
	return true;
}
