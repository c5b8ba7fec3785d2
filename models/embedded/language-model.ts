/**
 * Writes weights/words.arpa: the bigram model of the training sentences (train split only), Witten-Bell interpolated.
 *
 *   npx tsx models/embedded/language-model.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sharedPath } from '../../tests/shared.ts';

const sentences = readFileSync(sharedPath('data/grid-s1/transcripts.tsv'), 'utf8')
	.split('\n')
	.map((line) => line.split('\t'))
	.filter(([split]) => split === 'train')
	.map(([, , text = '']) => ['<s>', ...text.split(' '), '</s>']);

const unigrams = new Map<string, number>();
const followers = new Map<string, Map<string, number>>();
let total = 0;
for (const sentence of sentences) {
	for (const [i, word] of sentence.entries()) {
		if (i === 0) continue;
		const first = sentence[i - 1] ?? '';
		unigrams.set(word, (unigrams.get(word) ?? 0) + 1);
		const next = followers.get(first) ?? new Map<string, number>();
		followers.set(first, next.set(word, (next.get(word) ?? 0) + 1));
		total++;
	}
}

const log10 = (value: number): string => Math.log10(value).toFixed(5);
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
	return log10(next.size / (sum(next) + next.size));
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
writeFileSync(fileURLToPath(new URL('weights/words.arpa', import.meta.url)), arpa);
console.log(`${sentences.length} sentences, ${words.length} words, ${twoGrams.length} bigrams`);
