import type { EditedCue, Edition } from '../domain/edition.ts';
import { changeText } from './change-cue.ts';
import { splitText } from './cues.ts';

/** Where a search finds something: words of one cue. */
export interface Hit {
	readonly cueId: string;
	/** The first word, from 0. */
	readonly from: number;
	/** After the last word. */
	readonly to: number;
}

/** A text without case and accents. */
interface Folded {
	readonly text: string;
	/** Where each of its units, and its end, is in the text that it was made of; null where all stay. */
	readonly places: readonly number[] | null;
}

/** A search runs over everything at each key; a cue never changes, so it is folded once. */
const foldedCues = new WeakMap<EditedCue, Folded>();

function fold(text: string): Folded {
	if (/^[ -~]*$/u.test(text)) return { text: text.toLowerCase(), places: null };
	const places: number[] = [];
	let folded = '';
	let at = 0;
	for (const letter of text) {
		const plain = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
		for (let unit = 0; unit < plain.length; unit += 1) places.push(at);
		folded += plain;
		at += letter.length;
	}
	return { text: folded, places: [...places, at] };
}

function foldCue(cue: EditedCue): Folded {
	const folded = foldedCues.get(cue) ?? fold(cue.text);
	foldedCues.set(cue, folded);
	return folded;
}

/** Starts and ends of the query in the cue's text, from left to right. */
function placesIn(cue: EditedCue, query: string): (readonly [start: number, end: number])[] {
	const { text, places } = foldCue(cue);
	const found: (readonly [number, number])[] = [];
	let at = text.indexOf(query);
	while (at >= 0) {
		const end = at + query.length;
		found.push(places ? [places[at] ?? 0, places[end] ?? cue.text.length] : [at, end]);
		at = text.indexOf(query, end);
	}
	return found;
}

function foldQuery(query: string): string {
	return fold(splitText(query).join(' ')).text;
}

/** All places where the cues say this, whatever its case and accents; parts of words count. */
export function findText(cues: readonly EditedCue[], query: string): readonly Hit[] {
	const wanted = foldQuery(query);
	if (wanted === '') return [];
	return cues.flatMap((cue) => {
		const found = placesIn(cue, wanted);
		if (found.length === 0) return [];
		let end = -1;
		const starts = cue.words.map((word) => {
			const start = end + 1;
			end = start + word.text.length;
			return start;
		});
		return found.map(([first, last]) => ({
			cueId: cue.id,
			from: Math.max(
				0,
				starts.findLastIndex((start) => start <= first),
			),
			to: starts.filter((start) => start < last).length,
		}));
	});
}

/**
 * Puts a text in the place of another wherever `findText` finds it in these cues. A cue that is left without
 * words is deleted.
 */
export function replaceText(
	edition: Edition,
	cueIds: readonly string[],
	query: string,
	by: string,
): Edition {
	const wanted = foldQuery(query);
	if (wanted === '') return edition;
	const chosen = new Set(cueIds);
	return edition.cues
		.filter(({ id }) => chosen.has(id))
		.reduce((next, cue) => {
			let text = '';
			let before = 0;
			for (const [start, end] of placesIn(cue, wanted)) {
				text += cue.text.slice(before, start) + by;
				before = end;
			}
			return before === 0 ? next : changeText(next, cue.id, text + cue.text.slice(before));
		}, edition);
}
