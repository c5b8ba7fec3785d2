import { logAdd } from './ctc.ts';
import type { LogProbs } from './ctc.ts';
import type { UnitLanguageModel } from './language-model.ts';
import { blankIndex } from './units.ts';

export interface BeamOptions {
	/** Hypotheses kept after each frame. */
	readonly width: number;
	/** Units less probable than this in a frame do not extend a hypothesis in it. */
	readonly minimumLogProb: number;
	/** Scores word sequences; null decodes by sound and lips alone. */
	readonly languageModel: UnitLanguageModel | null;
	/** Factor of the language model's log probability. */
	readonly languageWeight: number;
	/** Added for each unit: makes up for the language model's taste for few words. */
	readonly unitBonus: number;
}

export const defaultBeamOptions: BeamOptions = {
	width: 24,
	minimumLogProb: -9,
	languageModel: null,
	languageWeight: 0,
	unitBonus: 0,
};

export interface Hypothesis {
	readonly units: readonly number[];
	/** CTC log probability summed over the alignments that the beam kept. */
	readonly acoustic: number;
	/** What hypotheses are ranked by: acoustic, weighted language model, bonus. */
	readonly score: number;
}

/** A prefix of units, as a node of a tree, with the probability of its alignments so far. */
interface Node {
	readonly parent: Node | null;
	readonly unit: number;
	readonly length: number;
	readonly children: Map<number, Node>;
	/** Weighted language model score and bonus of the whole prefix. */
	readonly language: number;
	/** Log probability that the alignment so far ends in a blank, or in the last unit. */
	blank: number;
	label: number;
	nextBlank: number;
	nextLabel: number;
	touched: boolean;
}

/**
 * CTC prefix beam search (Graves and Jaitly 2014; Hannun et al. 2014) with shallow fusion of a language model.
 * @returns hypotheses by falling score, at least one: the empty one fits everything.
 */
export function prefixBeamSearch(
	{ frames, classes, data }: LogProbs,
	options: BeamOptions = defaultBeamOptions,
): Hypothesis[] {
	const root = makeNode(null, blankIndex, 0);
	root.blank = 0;
	let beam: Node[] = [root];
	for (let t = 0; t < frames; t++) {
		const row = data.subarray(t * classes, (t + 1) * classes);
		const touched: Node[] = [];
		const touch = (node: Node): Node => {
			if (!node.touched) {
				node.touched = true;
				touched.push(node);
			}
			return node;
		};
		for (const node of beam) {
			const total = logAdd(node.blank, node.label);
			touch(node).nextBlank = logAdd(node.nextBlank, total + (row[blankIndex] ?? -Infinity));
			if (node.parent) {
				node.nextLabel = logAdd(node.nextLabel, node.label + (row[node.unit] ?? -Infinity));
			}
		}
		for (let unit = 1; unit < classes; unit++) {
			const emission = row[unit] ?? -Infinity;
			if (emission < options.minimumLogProb) continue;
			for (const node of beam) {
				const origin =
					node.parent && node.unit === unit ? node.blank : logAdd(node.blank, node.label);
				if (origin === -Infinity) continue;
				const child = touch(childOf(node, unit, options));
				child.nextLabel = logAdd(child.nextLabel, origin + emission);
			}
		}
		for (const node of touched) {
			node.blank = node.nextBlank;
			node.label = node.nextLabel;
			node.nextBlank = -Infinity;
			node.nextLabel = -Infinity;
			node.touched = false;
		}
		const ranked = touched.sort((a, b) => scoreOf(b) - scoreOf(a));
		for (const dropped of ranked.slice(options.width)) {
			dropped.blank = -Infinity;
			dropped.label = -Infinity;
		}
		beam = ranked.slice(0, options.width);
	}
	return beam
		.map((node) => {
			const units = unitsOf(node);
			const ending = options.languageModel?.end(units.at(-1) ?? null) ?? 0;
			return {
				units,
				acoustic: logAdd(node.blank, node.label),
				score: scoreOf(node) + options.languageWeight * ending,
			};
		})
		.sort((a, b) => b.score - a.score);
}

function makeNode(parent: Node | null, unit: number, language: number): Node {
	return {
		parent,
		unit,
		length: parent ? parent.length + 1 : 0,
		children: new Map(),
		language,
		blank: -Infinity,
		label: -Infinity,
		nextBlank: -Infinity,
		nextLabel: -Infinity,
		touched: false,
	};
}

function childOf(node: Node, unit: number, options: BeamOptions): Node {
	const known = node.children.get(unit);
	if (known) return known;
	const { languageModel, languageWeight, unitBonus } = options;
	const step = languageModel?.next(node.parent ? node.unit : null, unit) ?? 0;
	const child = makeNode(node, unit, node.language + languageWeight * step + unitBonus);
	node.children.set(unit, child);
	return child;
}

function scoreOf(node: Node): number {
	return logAdd(node.blank, node.label) + node.language;
}

function unitsOf(node: Node): number[] {
	const units: number[] = [];
	for (let at: Node = node; at.parent; at = at.parent) units.unshift(at.unit);
	return units;
}
