import { ConfabError } from '../../support/errors.ts';

/** Marks a unit that begins a word (SentencePiece's U+2581). */
const wordStart = '\u2581';

/** Unit of index 0 in every vocabulary here: the CTC blank. */
export const blankIndex = 0;

/** Emitted for what has no unit; never written out. */
const unknownUnit = '<unk>';

/** Begins and ends a sentence for an attention decoder; never written out. */
const boundaryUnit = '<eos>';

/** What a recogniser's output classes stand for; class 0 is the blank. */
export interface Vocabulary {
	/** Text of each class; `<blank>` for class 0. */
	readonly units: readonly string[];
	/** Whether each unit is a whole word, so that a word language model can score it. */
	readonly wholeWords: boolean;
}

/**
 * A units file: lines `piece id`, ids 1, 2, ... in order (ESPnet's format).
 * @throws ConfabError `ModelUnavailable` for a file that is not of this format.
 */
export function parseUnits(text: string): Vocabulary {
	const lines = text.split('\n').filter((line) => line.trim() !== '');
	const units = ['<blank>'];
	for (const [index, line] of lines.entries()) {
		const match = /^(\S+)\s+(\d+)\s*$/.exec(line);
		if (match?.[1] === undefined || Number(match[2]) !== index + 1) {
			throw new ConfabError(
				'ModelUnavailable',
				`Line ${index + 1} of a units file is "${line.slice(0, 40)}", expected "piece ${index + 1}"`,
			);
		}
		units.push(match[1]);
	}
	const wholeWords = units
		.slice(1)
		.every((unit) => unit.length > 1 && unit.lastIndexOf(wordStart) === 0);
	return { units, wholeWords };
}

/** The vocabulary of an attention decoder: one more class, the last, for a sentence's two ends. */
export function withBoundary({ units, wholeWords }: Vocabulary): Vocabulary {
	return { units: [...units, boundaryUnit], wholeWords };
}

/** Where one unit was heard. */
export interface TimedUnit {
	/** Class in the vocabulary. */
	readonly unit: number;
	/** First frame, and the one after the last. */
	readonly startFrame: number;
	readonly endFrame: number;
	/** Posterior, 0 to 1. */
	readonly confidence: number;
}

/** A word put together from its units. */
export interface TimedText {
	readonly text: string;
	readonly startFrame: number;
	readonly endFrame: number;
	/** Geometric mean of its units' posteriors, 0 to 1. */
	readonly confidence: number;
}

/**
 * Units joined to words: a unit with the word mark begins a new one. Unknown units and the ends of
 * sentences are dropped.
 */
export function joinUnits(vocabulary: Vocabulary, timed: readonly TimedUnit[]): TimedText[] {
	const words: { text: string; startFrame: number; endFrame: number; logs: number[] }[] = [];
	for (const { unit, startFrame, endFrame, confidence } of timed) {
		const piece = vocabulary.units[unit] ?? unknownUnit;
		if (piece === unknownUnit || piece === boundaryUnit) continue;
		const text = piece.replaceAll(wordStart, '');
		const last = words.at(-1);
		if (!last || piece.startsWith(wordStart)) {
			words.push({ text, startFrame, endFrame, logs: [Math.log(confidence)] });
		} else {
			last.text += text;
			last.endFrame = endFrame;
			last.logs.push(Math.log(confidence));
		}
	}
	return words
		.filter((word) => word.text !== '')
		.map(({ text, startFrame, endFrame, logs }) => ({
			text,
			startFrame,
			endFrame,
			confidence: Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length),
		}));
}
