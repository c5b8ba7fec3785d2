import { whiteSpace } from './white-space.ts';
import { wholeWord, wordEnd } from './word-boundary.ts';

const contractions: readonly (readonly [string, string])[] = [
	["won't", 'will not'],
	["can't", 'can not'],
	["let's", 'let us'],
	["ain't", 'aint'],
	["y'all", 'you all'],
	['wanna', 'want to'],
	['gotta', 'got to'],
	['gonna', 'going to'],
	["i'ma", 'i am going to'],
	['imma', 'i am going to'],
	['woulda', 'would have'],
	['coulda', 'could have'],
	['shoulda', 'should have'],
	["ma'am", 'madam'],
];

/** Each is followed by a further space. */
const titles: readonly (readonly [string, string])[] = [
	['mr', 'mister'],
	['mrs', 'missus'],
	['st', 'saint'],
	['dr', 'doctor'],
	['prof', 'professor'],
	['capt', 'captain'],
	['gov', 'governor'],
	['ald', 'alderman'],
	['gen', 'general'],
	['sen', 'senator'],
	['rep', 'representative'],
	['pres', 'president'],
	['rev', 'reverend'],
	['hon', 'honorable'],
	['asst', 'assistant'],
	['assoc', 'associate'],
	['lt', 'lieutenant'],
	['col', 'colonel'],
	['jr', 'junior'],
	['sr', 'senior'],
	['esq', 'esquire'],
];

/** Perfect tenses first, so that 's and 'd are not yet taken for "is" and "would". */
const endings: readonly (readonly [string, string])[] = [
	["'d been", ' had been'],
	["'s been", ' has been'],
	["'d gone", ' had gone'],
	["'s gone", ' has gone'],
	["'d done", ' had done'],
	["'s got", ' has got'],
	["n't", ' not'],
	["'re", ' are'],
	["'s", ' is'],
	["'d", ' would'],
	["'ll", ' will'],
	["'t", ' not'],
	["'ve", ' have'],
	["'m", ' am'],
];

/** In the order in which they are applied: a later one sees what an earlier one wrote. */
const replacements: readonly (readonly [RegExp, string])[] = [
	...contractions.map(([from, to]) => [wholeWord(from), to] as const),
	...titles.map(([from, to]) => [wholeWord(from), `${to} `] as const),
	...endings.map(([from, to]) => [wordEnd(from), to] as const),
];

const fillers = wholeWord('hmm|mm|mhm|mmm|uh|um');
const spaceBeforeApostrophe = new RegExp(`${whiteSpace}+'`, 'gu');

/** Without the hesitations that the Whisper normaliser itself drops. `text` is lower-case. */
export function removeFillers(text: string): string {
	return text.replace(fillers, '');
}

/**
 * Contractions and titles written out. Only the straight apostrophe counts: "don’t" with U+2019 is
 * left alone here and falls apart into "don t" later, in the original as well.
 */
export function expandContractions(text: string): string {
	let expanded = text.replace(spaceBeforeApostrophe, "'");
	for (const [pattern, replacement] of replacements) {
		expanded = expanded.replace(pattern, replacement);
	}
	return expanded;
}
