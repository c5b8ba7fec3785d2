import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { CtcPrefixScorer } from './ctc-prefix.ts';
import type { CtcPrefix } from './ctc-prefix.ts';
import type { LogProbs } from './ctc.ts';
import { blankIndex } from './units.ts';

/** An attention decoder that remembers the hypotheses of its last step. */
export interface AttentionDecoder {
	/**
	 * Extends hypotheses by a unit each and tells what may come next. The first call has one row, the
	 * unit that begins every sentence.
	 * @param units last unit of each hypothesis
	 * @param parents row of the call before that each hypothesis goes on from; [0] in the first call
	 * @returns natural log probabilities, [hypotheses, classes]
	 */
	step(units: Int32Array, parents: Int32Array, signal?: AbortSignal): Promise<Float32Array>;
}

export interface JointBeamOptions {
	/** Hypotheses that run at once. Per hypothesis, 1.5 times as many units are looked at. */
	readonly width: number;
	/** Share of CTC in the score; the rest is the decoder's. */
	readonly ctcWeight: number;
	/** Units at most, the number of frames in any case. */
	readonly maximumSteps: number;
	/** Begins and ends every sentence; one class stands for both. */
	readonly boundaryUnit: number;
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
 * @returns hypotheses that came to an end, by falling score; at least one.
 * @throws ConfabError `ModelMismatch` when the decoder's output is not a number. TypeError when there
 * are no frames.
 */
export async function jointBeamSearch(
	decoder: AttentionDecoder,
	logProbs: LogProbs,
	options: JointBeamOptions,
	{ signal, onProgress }: SlowOptions = {},
): Promise<JointHypothesis[]> {
	const { width, boundaryUnit } = options;
	const scorer = new CtcPrefixScorer(logProbs);
	const steps = Math.min(logProbs.frames, options.maximumSteps);
	const ended: JointHypothesis[] = [];
	let parents = Int32Array.of(0);
	let running: Running[] = [
		{
			units: [],
			unitLogProbs: [],
			score: 0,
			decoderScore: 0,
			ctcScore: 0,
			prefix: scorer.empty(),
		},
	];
	for (let step = 0; step < steps && running.length > 0; step++) {
		signal?.throwIfAborted();
		const lastUnits = Int32Array.from(running, ({ units }) => units.at(-1) ?? boundaryUnit);
		const next = await decoder.step(lastUnits, parents, signal);
		const { candidates, prefix } = candidatesOf(running, next, scorer, options);
		const best = candidates.sort((a, b) => b.score - a.score).slice(0, width);

		const before = running;
		running = [];
		const origins: number[] = [];
		for (const { parent, unit, score, decoderScore, ctcScore, extension } of best) {
			const from = before[parent]!;
			if (extension === null) {
				const { units, unitLogProbs } = from;
				ended.push({ units, unitLogProbs, score, decoderScore, ctcScore });
				continue;
			}
			running.push({
				units: [...from.units, unit],
				unitLogProbs: [...from.unitLogProbs, decoderScore - from.decoderScore],
				score,
				decoderScore,
				ctcScore,
				prefix: prefix(extension),
			});
			origins.push(parent);
		}
		parents = Int32Array.from(origins);
		onProgress?.({ stage: 'recognition', done: step + 1, total: steps, unit: 'steps' });
		if (step + 1 < steps && isHopeless(ended, step)) running = [];
	}
	const forced = running.map(({ prefix: _, ...hypothesis }) => hypothesis);
	return [...ended, ...forced].sort((a, b) => b.score - a.score);
}

/** The candidates of all running hypotheses, scored; and the CTC state of each that is not an end. */
function candidatesOf(
	running: readonly Running[],
	next: Float32Array,
	scorer: CtcPrefixScorer,
	{ width, ctcWeight, boundaryUnit }: JointBeamOptions,
): { candidates: Candidate[]; prefix: (extension: number) => CtcPrefix } {
	const classes = next.length / running.length;
	const each = Math.min(Math.floor(1.5 * width), classes);
	const units = new Int32Array(running.length * each);
	running.forEach((_, row) => {
		const values = next.subarray(row * classes, (row + 1) * classes);
		units.set(bestUnits(values, each), row * each);
	});
	const extensions = scorer.extend(
		running.map(({ prefix }) => prefix),
		units,
	);
	const candidates: Candidate[] = [];
	const add = (parent: number, unit: number, ctcLogProb: number, extension: number | null) => {
		const from = running[parent]!;
		const decoderScore = from.decoderScore + next[parent * classes + unit]!;
		const ctcScore = from.ctcScore + ctcLogProb - from.prefix.logProb;
		const score = (1 - ctcWeight) * decoderScore + ctcWeight * ctcScore;
		candidates.push({ parent, unit, score, decoderScore, ctcScore, extension });
	};
	running.forEach((_, parent) => {
		for (let i = parent * each; i < (parent + 1) * each; i++) {
			const unit = units[i]!;
			// The blank is no unit, and the end is scored below.
			if (unit === blankIndex || unit === boundaryUnit) continue;
			add(parent, unit, extensions.logProbs[i]!, i);
		}
		add(parent, boundaryUnit, extensions.endLogProbs[parent]!, null);
	});
	return { candidates, prefix: (extension) => extensions.prefix(extension) };
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
