import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Edition } from '../domain/edition.ts';
import type { VoicePiece } from '../domain/people.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { cueOfWords } from './cues.ts';
import { givePieces, mergePeople, movePieces, newPersonId, regroupPieces } from './people.ts';

const piece = (personId: string | null, startSeconds: number, endSeconds: number): VoicePiece => ({
	startSeconds,
	endSeconds,
	personId,
	embedding: null,
});

/** A cue of `count` words, one a second. */
function cue(id: string, speakerId: string, startSeconds: number, text: string) {
	const words = text.split(' ').map((word, i) => ({
		text: word,
		startSeconds: startSeconds + i + 0.1,
		endSeconds: startSeconds + i + 0.9,
		confidence: 0.8,
	}));
	const range = { startSeconds, endSeconds: startSeconds + words.length };
	return { ...cueOfWords({ id, speakerId }, range, words), edited: false };
}

const pieces = [
	piece('person_1', 0, 2),
	piece('person_1', 2, 4),
	piece('person_2', 5, 7),
	piece('person_1', 8, 10),
];

const first: Edition = {
	sessionId: 's',
	runId: 'r',
	speakerNames: new Map([['person_1', 'Ann']]),
	conversationNames: new Map(),
	clusters: new Map([
		['person_1', 0],
		['person_2', 1],
	]),
	voices: pieces.map(({ personId }) => personId),
	cues: [
		cue('0', 'person_1', 0, 'one two three four'),
		cue('1', 'person_2', 5, 'five six'),
		cue('2', 'person_1', 8, 'seven eight'),
	],
	nextCue: 3,
};

const lines = ({ cues }: Edition): string[] =>
	cues.map(({ speakerId, text }: RecognisedCue & { speakerId: string }) => `${speakerId}: ${text}`);

describe('pieces of voice', () => {
	test('take their words along, and split a cue that they are a part of', () => {
		const next = movePieces(first, pieces, [1], 'person_2');
		expect(lines(next)).toEqual([
			'person_1: one two',
			'person_2: three four',
			'person_2: five six',
			'person_1: seven eight',
		]);
		expect(next.cues.map(({ id }) => id)).toEqual(['0', '3', '1', '2']);
		expect(next.cues[0]?.endSeconds).toBe(next.cues[1]?.startSeconds);
		expect(next.cues.every(({ edited }) => !edited)).toBe(true);
		expect(movePieces(next, pieces, [1], 'person_1').voices).toEqual(first.voices);
	});

	test('can be somebody new, who talks where they came from', () => {
		const next = movePieces(first, pieces, [3], null);
		expect(lines(next).at(-1)).toBe('person_3: seven eight');
		expect(next.clusters.get('person_3')).toBe(0);
		expect(newPersonId(next)).toBe('person_4');
	});

	test('stay where they are when nothing is moved', () => {
		expect(movePieces(first, pieces, [0], 'person_1')).toBe(first);
		expect(givePieces(first, pieces, first.voices)).toBe(first);
		expect(() => givePieces(first, pieces, [])).toThrow(TypeError);
	});
});

test('two people become one, with the name that one of them had', () => {
	const next = mergePeople(first, pieces, 'person_1', 'person_2');
	expect(new Set(next.cues.map(({ speakerId }) => speakerId))).toEqual(new Set(['person_2']));
	expect(new Set(next.voices)).toEqual(new Set(['person_2']));
	expect([...next.clusters]).toEqual([['person_2', 1]]);
	expect([...next.speakerNames]).toEqual([['person_2', 'Ann']]);
});

test('another grouping keeps names with the voices that they were given to', () => {
	const next = regroupPieces(first, pieces, [7, 7, 3, 5]);
	expect(next.voices).toEqual(['person_1', 'person_1', 'person_2', 'person_3']);
	expect(next.speakerNames.get('person_1')).toBe('Ann');
	const one = regroupPieces(first, pieces, [0, 0, 0, 0]);
	expect(new Set(one.voices)).toEqual(new Set(['person_1']));
	expect([...one.clusters]).toEqual([['person_1', 0]]);
});

test('no word is lost or told twice, whatever moves', () => {
	const owners = fc.array(fc.constantFrom('person_1', 'person_2', 'person_3', null), {
		minLength: pieces.length,
		maxLength: pieces.length,
	});
	fc.assert(
		fc.property(fc.array(owners, { minLength: 1, maxLength: 4 }), (moves) => {
			let edition = first;
			for (const next of moves) edition = givePieces(edition, pieces, next);
			const words = edition.cues.flatMap((one) => one.words).map(({ text }) => text);
			expect(words.toSorted()).toEqual(
				first.cues
					.flatMap((one) => one.words)
					.map(({ text }) => text)
					.toSorted(),
			);
			const ids = edition.cues.map(({ id }) => id);
			expect(new Set(ids).size).toBe(ids.length);
			expect(ids.every((id) => Number(id) < edition.nextCue)).toBe(true);
			for (const { speakerId } of edition.cues) expect(edition.clusters.has(speakerId)).toBe(true);
		}),
	);
});
