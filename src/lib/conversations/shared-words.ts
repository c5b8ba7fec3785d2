import { eng } from 'stopword';

/** A word of a transcript, where it begins. */
export interface SaidWord {
	readonly text: string;
	readonly startSeconds: number;
}

/** A word that both of two people said, one soon after the other. */
export interface SharedWord {
	readonly word: string;
	/** How often it went from one to the other. */
	readonly count: number;
	/** When the earlier of the first two was said, in seconds. */
	readonly firstSeconds: number;
}

/** People take up each other's words within a few turns. */
export const reachSeconds = 20;

const ends = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
/** English words that everyone says about anything. */
const common: ReadonlySet<string> = new Set(eng);
/** Shorter ones are seldom about something. */
const fewestLetters = 3;

/** The word as it is compared, or null for one that says nothing about what is talked of. */
function contentOf(text: string): string | null {
	const word = text.toLowerCase().replaceAll('’', "'").replace(ends, '');
	// Of "didn't" and "that's" the list has what stands before the apostrophe, if anything.
	const [stem = ''] = word.split("'");
	const says = stem.length >= fewestLetters && !common.has(word) && !common.has(stem);
	return says && !word.endsWith("n't") ? word : null;
}

/** Times at which each content word is said, ascending. */
function placesOf(words: readonly SaidWord[]): Map<string, number[]> {
	const places = new Map<string, number[]>();
	for (const { text, startSeconds } of words) {
		const word = contentOf(text);
		if (word === null) continue;
		const times = places.get(word);
		if (times) times.push(startSeconds);
		else places.set(word, [startSeconds]);
	}
	for (const times of places.values()) times.sort((a, b) => a - b);
	return places;
}

/**
 * Content words that two people both say within `reachSeconds` of each other, each use counted once, the
 * most frequent first, then by when. What is content is known for English; of other languages
 * small words of three letters and more are in it, too.
 */
export function sharedWords(a: readonly SaidWord[], b: readonly SaidWord[]): SharedWord[] {
	const others = placesOf(b);
	const shared: SharedWord[] = [];
	for (const [word, own] of placesOf(a)) {
		const theirs = others.get(word) ?? [];
		let [i, j, count, firstSeconds] = [0, 0, 0, Infinity];
		while (i < own.length && j < theirs.length) {
			const [mine = 0, yours = 0] = [own[i], theirs[j]];
			if (Math.abs(mine - yours) <= reachSeconds) {
				count += 1;
				firstSeconds = Math.min(firstSeconds, mine, yours);
				[i, j] = [i + 1, j + 1];
			} else if (mine < yours) i += 1;
			else j += 1;
		}
		if (count > 0) shared.push({ word, count, firstSeconds });
	}
	return shared.sort((x, y) => y.count - x.count || x.firstSeconds - y.firstSeconds);
}
