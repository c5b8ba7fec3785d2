import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import type { Cue } from '../domain/transcript.ts';
import { scoredWords, tracedWords } from './scored-words.ts';
import { compareTranscripts } from './session-scores.ts';
import { sourceWords } from './source-words.ts';
import type { WordedCue } from './source-words.ts';
import { alignTranscripts, confusionsOf, timeOfPair } from './transcript-alignment.ts';
import type { AlignedPair } from './transcript-alignment.ts';
import { countErrors } from './word-errors.ts';

function cue(startSeconds: number, endSeconds: number, text: string): Cue {
	return { startSeconds, endSeconds, text };
}

function aligned(...parts: Parameters<typeof alignTranscripts>): AlignedPair[] {
	const steps = alignTranscripts(...parts);
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
	}
}

/** Each scored word with the written words that it was made of. */
function traceOf(text: string): [string, string][] {
	return tracedWords([cue(0, 1, text)], null).map((word) => [
		word.text,
		word.sources.map((source) => source.text).join(' '),
	]);
}

describe('what a scored word is made of', () => {
	test.each([
		['Bin red, by K', ['bin Bin', 'red red,', 'by by', 'k K']],
		["I don't know", ['i I', "do don't", "not don't", 'know know']],
		['at twenty five past', ['at at', '25 twenty five', 'past past']],
		['well [laughs out loud] um yeah fine', ['well well', 'fine fine']],
		['two hundred and five dollars then', ['$205 two hundred and five dollars', 'then then']],
		['gonna go oh oh', ['going gonna', 'to gonna', 'go go', '00 oh oh']],
		['it costs three\nand a half', ['it it', 'costs costs', '3.5 three and a half']],
	])('%s', (text, expected) => {
		expect(traceOf(text).map((pair) => pair.join(' '))).toEqual(expected);
	});

	test('the scorer’s own words, whatever is written', () => {
		const piece = fc.constantFrom(
			...['one', 'twenty', 'hundred', 'and', 'a', 'half', 'oh', 'double', 'point', 'per', 'cent'],
			...[
				"don't",
				"he'd",
				'been',
				"'s",
				'um',
				'[a',
				'b]',
				'(',
				')',
				'$5',
				'3,4',
				'1st',
				'-',
				'é.',
				'ha',
			],
		);
		const gap = fc.constantFrom(' ', '  ', '\n', ' \u00a0');
		const text = fc
			.array(fc.tuple(piece, gap), { maxLength: 9 })
			.map((parts) => parts.flat().join(''));
		fc.assert(
			fc.property(text, (written) => {
				const cues = [cue(3, 5, written)];
				const traced = tracedWords(cues, null);
				expect(traced.map((word) => word.text)).toEqual(scoredWords(cues, null));
				const places = traced.map(({ sources }) => sources[0]?.from ?? -1);
				expect(places).toEqual([...places].sort((a, b) => a - b));
				for (const { sources } of traced) expect(sources.length).toBeGreaterThan(0);
			}),
			{ numRuns: 600 },
		);
	});
});

describe('times of words', () => {
	const words = [
		{ text: 'bin', startSeconds: 4.1, endSeconds: 4.3, confidence: 1 },
		{ text: 'red', startSeconds: 4.8, endSeconds: 5, confidence: 1 },
	];

	test('are those of the cue’s own words', () => {
		const timed: WordedCue = { ...cue(4, 6, 'bin red'), words };
		expect(sourceWords(timed, 2)).toMatchObject([
			{ startSeconds: 4.1, endSeconds: 4.3, cue: 2, timed: true, from: 0, to: 3 },
			{ startSeconds: 4.8, endSeconds: 5, cue: 2, timed: true, from: 4, to: 7 },
		]);
	});

	test('are spread by length where the words are not those of the text', () => {
		expect(sourceWords({ ...cue(4, 6, 'a bin red x'), words }, 0)).toMatchObject([
			{ startSeconds: 4, endSeconds: 4.25, timed: false },
			{ startSeconds: 4.25, endSeconds: 5 },
			{ startSeconds: 5, endSeconds: 5.75 },
			{ startSeconds: 5.75, endSeconds: 6 },
		]);
	});
});

describe('two transcripts side by side', () => {
	const uem = { startSeconds: 2, endSeconds: 59 };

	test('each step knows its words and when they are said', () => {
		const reference = [cue(1, 3, 'too early'), cue(4, 6, 'we will')];
		const hypothesis = [cue(4, 5, "we'll stay")];
		const pairs = aligned(reference, hypothesis, uem);
		expect(pairs.map(({ kind }) => kind)).toEqual(['correct', 'correct', 'insertion']);
		expect(pairs[0]?.reference?.sources[0]).toMatchObject({ text: 'we', cue: 1 });
		expect(pairs[1]?.hypothesis?.sources[0]).toMatchObject({ text: "we'll", cue: 0 });
		expect(pairs[2] && timeOfPair(pairs[2])).toEqual({ startSeconds: 5 - 4 / 9, endSeconds: 5 });
	});

	test('a word that was missed has the time of the reference', () => {
		const [pair] = aligned([cue(4, 6, 'gone')], [], uem);
		expect(pair && timeOfPair(pair)).toEqual({ startSeconds: 4, endSeconds: 6 });
	});

	test('what is taken for what, the most frequent first', () => {
		const pairs = aligned([cue(4, 6, 'a b a b c')], [cue(4, 6, 'x b x b d e')], uem);
		expect(confusionsOf(pairs)).toEqual([
			{ kind: 'substitution', reference: 'a', hypothesis: 'x', count: 2 },
			{ kind: 'substitution', reference: 'c', hypothesis: 'e', count: 1 },
			{ kind: 'insertion', reference: null, hypothesis: 'd', count: 1 },
		]);
	});

	test.skipIf(!hasShared).each(['grid-party-4', 'grid-onevoice-4'])(
		'%s: the counts of the official score',
		(name) => {
			const folder = sharedPath(`sessions/${name}/labels`);
			const time = /(\d+):(\d+)\.(\d+) --> \d+:(\d+):(\d+)\.(\d+)\n(.*)/gu;
			const files = readdirSync(folder).filter((file) => file.endsWith('.vtt'));
			const transcripts = files.map((file): Cue[] =>
				[...readFileSync(`${folder}/${file}`, 'utf8').matchAll(time)].map((match) => {
					const [minutes = 0, from = 0, part = 0, endMinutes = 0, to = 0, endPart = 0] = match
						.slice(1, 7)
						.map(Number);
					return cue(
						60 * minutes + from + part / 1000,
						60 * endMinutes + to + endPart / 1000,
						match[7] ?? '',
					);
				}),
			);
			expect(transcripts.flat().length).toBeGreaterThan(20);
			for (const reference of transcripts) {
				for (const hypothesis of transcripts) {
					const counts = countErrors(aligned(reference, hypothesis, uem));
					expect(counts).toEqual(countErrors(compareTranscripts(reference, hypothesis, uem)));
					expect(counts.referenceWords).toBe(scoredWords(reference, uem).length);
				}
			}
		},
	);
});
