import { expect, test } from 'vitest';
import { pieceTexts, turnsOfPieces } from './piece-turns.ts';

const piece = (startSeconds: number, endSeconds: number) => ({
	...{ startSeconds, endSeconds, personId: null, embedding: null },
});
const word = (text: string, startSeconds: number, endSeconds: number) => ({
	...{ text, startSeconds, endSeconds, confidence: 1 },
});
const cue = (words: readonly ReturnType<typeof word>[], text = '') => ({
	...{ startSeconds: words[0]?.startSeconds ?? 4, endSeconds: words.at(-1)?.endSeconds ?? 5 },
	...{ words, text, confidence: 1 },
});

test('pieces with a short pause between them are one turn; others are not its own', () => {
	const pieces = [piece(0, 0.5), piece(0.5, 1), piece(1, 1.5), piece(1.2, 1.7), piece(2, 2.5)];
	const turns = turnsOfPieces(pieces, [0, 1, 3, 4], []);
	expect(turns).toEqual([
		{ startSeconds: 0, endSeconds: 1.7, pieces: [0, 1, 3], text: '' },
		{ startSeconds: 2, endSeconds: 2.5, pieces: [4], text: '' },
	]);
	expect(turnsOfPieces(pieces, [], [])).toEqual([]);
});

test('a word is said where its middle is, once; a cue without words likewise', () => {
	const ranges = [piece(0, 1), piece(1, 2), piece(4, 5)];
	const cues = [
		cue([word('one', 0.1, 0.6), word('two', 0.8, 1.2), word('gap', 2.4, 2.8)]),
		cue([], 'written by hand'),
	];
	expect(pieceTexts(ranges, cues)).toEqual(['one', 'two', 'written by hand']);
});
