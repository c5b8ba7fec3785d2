import { describe, expect, test } from 'vitest';
import { turnsOf } from '../../../tests/fixtures/speaker-turns.ts';
import type { Labels } from '../domain/session.ts';
import { atOnce } from '../support/slices.ts';
import { diarisationScoresInSteps } from './diarisation-scores.ts';
import type { ScoredPerson } from './diarisation-scores.ts';

const cue = (startSeconds: number, endSeconds: number, text: string) => ({
	startSeconds,
	endSeconds,
	text,
});

const none: Labels = { conversations: null, transcripts: new Map() };
const words: Labels = {
	...none,
	transcripts: new Map([
		['Anna', [cue(0, 4, 'red green blue'), cue(6, 6.5, ' ')]],
		['Bo', [cue(4, 8, 'trees grow')]],
	]),
};

const person = (id: string, cues: ScoredPerson['cues']): ScoredPerson => ({
	id,
	turns: cues,
	cues,
});
const people = [
	person('p1', [cue(4, 8, 'trees grow')]),
	person('p2', [cue(0, 3, 'red green')]),
	person('p3', [cue(9, 10, 'stone')]),
];

const scoresOf = (
	labels: Labels,
	own: readonly ScoredPerson[] = people,
	uem: { startSeconds: number; endSeconds: number } | null = null,
) => atOnce(diarisationScoresInSteps(labels, own, 10, uem));

describe('diarisation scores', () => {
	test('of words alone: turns are the times of their cues', () => {
		const scores = scoresOf(words);
		expect(scores.turnsFrom).toBe('cues');
		expect(scores.der?.full).toEqual({
			referenceSeconds: 8,
			missedSeconds: 1,
			falseAlarmSeconds: 1,
			confusedSeconds: 0,
			rate: 0.25,
		});
		expect(scores.jer.jaccard).toBeCloseTo(0.125, 9);
		expect(scores.jer.time).toBeCloseTo(0.125, 9);
		expect(scores.cpWer).toEqual({
			rate: 0.4,
			errors: { substitutions: 0, deletions: 1, insertions: 1, referenceWords: 5 },
		});
		expect(scores.speakerCountError).toBe(1);
		expect(Object.fromEntries(scores.mapping)).toEqual({ p1: 'Bo', p2: 'Anna' });
		expect(scores.problems).toEqual([]);
	});

	test('of turns alone: no words to score, and it says so', () => {
		const turns = turnsOf([
			['Anna', 0, 4],
			['Bo', 4, 8],
		]);
		const scores = scoresOf({ ...none, turns });
		expect(scores.turnsFrom).toBe('turns');
		expect(scores.der?.full.rate).toBe(0.25);
		expect(scores.cpWer).toBeNull();
		expect(scores.problems.map(({ message }) => message)).toEqual([
			'no reference words, so no cpWER',
		]);
	});

	test('of both: turns are those given, and who has words alone is named', () => {
		const scores = scoresOf({ ...words, turns: turnsOf([['Anna', 0, 3]]) });
		expect(scores.der?.full).toMatchObject({ referenceSeconds: 3, falseAlarmSeconds: 5 });
		expect(scores.cpWer?.rate).toBe(0.4);
		expect(scores.problems).toEqual([
			{ file: 'labels', field: 'Bo', message: expect.stringMatching(/no turns/) },
		]);
	});

	test('the protocols differ by collar and overlap', () => {
		const turns = turnsOf([
			['Anna', 0, 4],
			['Bo', 3, 8],
		]);
		const der = scoresOf({ ...none, turns }).der;
		expect(der?.full.referenceSeconds).toBe(9);
		expect(der?.fair.referenceSeconds).toBeCloseTo(7, 9);
		expect(der?.forgiving.referenceSeconds).toBeCloseTo(6, 9);
	});

	test('without reference speech there are seconds of false alarm and no rate', () => {
		const scores = scoresOf({ ...none, transcripts: new Map([['Anna', []]]) });
		expect(scores.der?.full).toMatchObject({ falseAlarmSeconds: 8, rate: null });
		expect(scores.jer).toEqual({ jaccard: null, time: null });
		expect(scores.cpWer?.rate).toBeNull();
		expect(scores.speakerCountError).toBe(3);
		expect(scores.problems).toHaveLength(2);
	});

	test('without a reference there is nothing', () => {
		const scores = scoresOf(none);
		expect(scores).toMatchObject({ der: null, cpWer: null, speakerCountError: null });
		expect(scores.problems).toHaveLength(1);
	});

	test('a part that the reference covers bounds turns and words', () => {
		const scores = scoresOf(words, people, { startSeconds: 4, endSeconds: 8 });
		expect(scores.der?.full.rate).toBe(0);
		expect(scores.cpWer?.rate).toBe(0);
		expect(scores.speakerCountError).toBe(0);
	});

	test('nobody was found', () => {
		const scores = scoresOf(words, []);
		expect(scores.der?.full.rate).toBe(1);
		expect(scores.jer).toEqual({ jaccard: 1, time: 1 });
		expect(scores.cpWer?.rate).toBe(1);
		expect(scores.speakerCountError).toBe(-2);
	});
});
