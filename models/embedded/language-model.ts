/**
 * Writes weights/words.arpa: a bigram model of what the party's grammar says and of GRID's training sentences (train split only),
 * Witten-Bell interpolated.
 *
 *   npx tsx models/embedded/language-model.ts
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseUnits } from '../../src/lib/recognisers/decoding/units.ts';
import { sharedPath } from '../../tests/shared.ts';

/** Things said at the party, as many as leave few of the grammar's pairs of words unseen. */
const turns = 60_000;

/** How often each of GRID's sentences counts: together about a sixth of what is said. */
const gridWeight = 16;

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const said = execFileSync('/usr/bin/python3', [path('party/talk.py'), '--turns', String(turns)], {
	encoding: 'utf8',
	maxBuffer: 2 ** 28,
});
const grid = readFileSync(sharedPath('data/grid-s1/transcripts.tsv'), 'utf8')
	.split('\n')
	.map((line) => line.split('\t'))
	.filter(([split]) => split === 'train')
	.map(([, , text = '']) => ({ text, weight: gridWeight }));
const sentences = [
	...grid,
	...said
		.trim()
		.split('\n')
		.map((text) => ({ text, weight: 1 })),
].map(({ text, weight }) => ({ words: ['<s>', ...text.split(' '), '</s>'], weight }));

const unigrams = new Map<string, number>();
const followers = new Map<string, Map<string, number>>();
// Each word of the recogniser counts once, said or not.
for (const unit of parseUnits(readFileSync(path('weights/units.txt'), 'utf8')).units.slice(1)) {
	unigrams.set(unit.slice(1), 1);
}
for (const { words, weight } of sentences) {
	for (const [i, word] of words.entries()) {
		if (i === 0) continue;
		const first = words[i - 1] ?? '';
		unigrams.set(word, (unigrams.get(word) ?? 0) + weight);
		const next = followers.get(first) ?? new Map<string, number>();
		followers.set(first, next.set(word, (next.get(word) ?? 0) + weight));
	}
}
const total = sum(unigrams);

const log10 = (value: number): string => Math.log10(value).toFixed(3);
const probability = (word: string): number => (unigrams.get(word) ?? 0) / total;
const words = [...unigrams.keys()].filter((word) => word !== '</s>').sort();
const oneGrams = [`-99 <s> ${backoff('<s>')}`, `${log10(probability('</s>'))} </s>`];
for (const word of words) oneGrams.push(`${log10(probability(word))} ${word} ${backoff(word)}`);
const twoGrams: string[] = [];
for (const first of ['<s>', ...words]) {
	const next = followers.get(first) ?? new Map<string, number>();
	const kinds = next.size;
	const seen = sum(next);
	for (const [second, count] of [...next].sort(([a], [b]) => (a < b ? -1 : 1))) {
		twoGrams.push(
			`${log10((count + kinds * probability(second)) / (seen + kinds))} ${first} ${second}`,
		);
	}
}

/** log10 of the mass that Witten-Bell smoothing leaves to words not seen after `first`. */
function backoff(first: string): string {
	const next = followers.get(first) ?? new Map<string, number>();
	return log10(next.size === 0 ? 1 : next.size / (sum(next) + next.size));
}

function sum(counts: ReadonlyMap<string, number>): number {
	return [...counts.values()].reduce((all, count) => all + count, 0);
}

const arpa = [
	'\\data\\',
	`ngram 1=${oneGrams.length}`,
	`ngram 2=${twoGrams.length}`,
	'',
	'\\1-grams:',
	...oneGrams,
	'',
	'\\2-grams:',
	...twoGrams,
	'',
	'\\end\\',
	'',
].join('\n');
writeFileSync(path('weights/words.arpa'), arpa);
console.log(`${sentences.length} sentences, ${words.length} words, ${twoGrams.length} bigrams`);
