import type { TimeRange } from '../../domain/time-range.ts';
import { isLayerTier } from '../layer-tiers.ts';
import { latestSeconds } from '../limits.ts';
import { labelText } from '../webvtt.ts';
import { foundFile, foundTiers } from './found-labels.ts';
import type { FoundFile, FoundTier } from './found-labels.ts';
import { cuesOfWords } from './word-cues.ts';

type Token =
	| { readonly kind: 'number'; readonly value: number; readonly line: number }
	| { readonly kind: 'text' | 'flag'; readonly value: string; readonly line: number };

class TextGridError extends Error {}

const freeNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * What Praat reads of a text file: numbers that stand free, texts in quotes (doubled inside) and flags, in
 * their order. Everything else is there for people, and so is the rest of a line after `!`.
 */
function* tokensOf(text: string): Generator<Token, void, undefined> {
	let line = 1;
	let at = 0;
	while (at < text.length) {
		const char = text[at] ?? '';
		if (char === '"') {
			const start = line;
			let value = '';
			for (;;) {
				const end = text.indexOf('"', at + 1);
				if (end < 0) throw new TextGridError(`line ${start}: a text has no end`);
				const part = text.slice(at + 1, end);
				line += part.split('\n').length - 1;
				value += part;
				at = end + 1;
				if (text[at] !== '"') break;
				value += '"';
			}
			yield { kind: 'text', value, line: start };
		} else if (/\s/.test(char)) {
			if (char === '\n') line++;
			at++;
		} else if (char === '!') {
			const end = text.indexOf('\n', at);
			at = end < 0 ? text.length : end;
		} else {
			const start = at;
			while (at < text.length && !/[\s"]/.test(text[at] ?? '')) at++;
			const word = text.slice(start, at);
			if (/^<[a-z]+>$/i.test(word)) yield { kind: 'flag', value: word, line };
			else if (freeNumber.test(word)) yield { kind: 'number', value: Number(word), line };
		}
	}
}

/** Takes one token after the other, each of the kind that has to come. */
class Tokens {
	readonly #tokens: Generator<Token, void, undefined>;
	#line = 1;

	constructor(text: string) {
		this.#tokens = tokensOf(text);
	}

	text(what: string): string {
		const token = this.#next(what);
		if (token.kind !== 'text') throw this.error(`expected ${what}, found ${token.value}`);
		return token.value;
	}

	flag(): string {
		const token = this.#next('a flag');
		if (token.kind !== 'flag') throw this.error(`expected a flag, found ${token.value}`);
		return token.value;
	}

	number(what: string): number {
		const token = this.#next(what);
		if (token.kind === 'number' && Math.abs(token.value) <= latestSeconds) return token.value;
		throw this.error(`expected ${what}, found ${JSON.stringify(token.value).slice(0, 40)}`);
	}

	count(what: string): number {
		const value = this.number(what);
		if (Number.isSafeInteger(value) && value >= 0) return value;
		throw this.error(`expected ${what}, found ${value}`);
	}

	range(): TimeRange {
		const startSeconds = this.number('a start in seconds');
		const endSeconds = this.number('an end in seconds');
		if (endSeconds >= startSeconds) return { startSeconds, endSeconds };
		throw this.error(`an interval ends at ${endSeconds} s, before it starts at ${startSeconds} s`);
	}

	error(message: string): TextGridError {
		return new TextGridError(`line ${this.#line}: ${message}`);
	}

	#next(what: string): Token {
		const { value } = this.#tokens.next();
		if (!value) throw new TextGridError(`the file ends where ${what} is expected`);
		this.#line = value.line;
		return value;
	}
}

/** Tiers of intervals that have a text; tiers of points are passed over. */
function tiersOf(tokens: Tokens): readonly FoundTier[] {
	if (!tokens.text('"ooTextFile"').startsWith('ooTextFile')) throw tokens.error('is no Praat file');
	const kind = tokens.text('"TextGrid"');
	if (kind !== 'TextGrid') throw tokens.error(`expected a TextGrid, found ${kind.slice(0, 40)}`);
	tokens.range();
	if (tokens.flag() !== '<exists>') return [];
	const tiers: FoundTier[] = [];
	for (let left = tokens.count('a number of tiers'); left > 0; left--) {
		const type = tokens.text('a kind of tier');
		const name = tokens.text('a name of a tier');
		tokens.range();
		const items = tokens.count('a number of intervals');
		const cues: FoundTier['cues'][number][] = [];
		for (let item = 0; item < items; item++) {
			if (type === 'TextTier') {
				tokens.number('a time in seconds');
				tokens.text('a mark');
				continue;
			}
			const range = tokens.range();
			const text = tokens.text('a text');
			if (text.trim() === '') continue;
			const startSeconds = Math.max(0, range.startSeconds);
			cues.push({
				startSeconds,
				endSeconds: Math.max(startSeconds, range.endSeconds),
				text: labelText(text),
			});
		}
		if (type === 'IntervalTier') tiers.push({ name, cues });
		else if (type !== 'TextTier') throw tokens.error(`expected IntervalTier, found ${type}`);
	}
	return tiers;
}

/** The ends of names by which this program and aligners (MFA) tell tiers of one speaker apart. */
const partOfSpeaker = /^(.+) - (words|phones)$/;
const laneOfSpeaker = /^(.+) \(\d+\)$/;

/**
 * Tiers by speaker, without what was measured. The words of somebody whose utterances have a tier are passed over, and so are
 * phones; further tiers for what overlaps, `Name (2)`, are of the one before.
 */
function bySpeaker(tiers: readonly FoundTier[]): readonly FoundTier[] {
	const names = new Set(tiers.map(({ name }) => name));
	return tiers.flatMap((tier) => {
		if (isLayerTier(tier.name, names)) return [];
		const [, speaker, part] = partOfSpeaker.exec(tier.name) ?? [];
		if (speaker !== undefined && (part === 'phones' || names.has(speaker))) {
			return names.has(speaker) || names.has(`${speaker} - words`) ? [] : [tier];
		}
		if (speaker !== undefined) {
			const words = tier.cues.map(({ startSeconds, endSeconds, text }) => {
				return { startSeconds, endSeconds, text, confidence: 1 };
			});
			return [{ name: speaker, cues: cuesOfWords(words) }];
		}
		const first = laneOfSpeaker.exec(tier.name)?.[1];
		return first !== undefined && names.has(first) ? [{ ...tier, name: first }] : [tier];
	});
}

/**
 * Reads a Praat TextGrid, in the long or the short text format: a speaker for each tier of intervals, a
 * cue for each interval with a text.
 */
export function readTextGrid(text: string, file: string): FoundFile {
	const refused = (message: string): FoundFile => foundFile({ problems: [{ file, message }] });
	try {
		const tiers = bySpeaker(tiersOf(new Tokens(text.replace(/^\uFEFF/, ''))));
		return tiers.length === 0
			? refused('has no tier of intervals')
			: foundFile(foundTiers(tiers, file));
	} catch (error) {
		if (!(error instanceof TextGridError)) throw error;
		return refused(error.message);
	}
}
