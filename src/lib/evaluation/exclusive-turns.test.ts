import fc from 'fast-check';
import { expect, test } from 'vitest';
import { someTurns, turnsOf } from '../../../tests/fixtures/speaker-turns.ts';
import { exclusiveTurns } from './exclusive-turns.ts';
import { joinedRanges, joinedTurns, totalSeconds } from './speaker-turns.ts';

test('who began last talks, and the other goes on after it', () => {
	const turns = turnsOf([
		['A', 0, 5],
		['B', 2, 3],
		['C', 4, 7],
		['D', 7, 8],
		['A', 7, 9],
	]);
	expect(exclusiveTurns(turns)).toEqual(
		turnsOf([
			['A', 0, 2],
			['A', 3, 4],
			['A', 7, 9],
			['B', 2, 3],
			['C', 4, 7],
		]),
	);
});

test('each word into a long turn parts it', () => {
	const turns = turnsOf([
		['B', 0, 10],
		['A', 1, 2],
		['A', 4, 5],
		['B', 11, 12],
	]);
	expect(exclusiveTurns(turns).get('B')).toEqual(
		turnsOf([
			['B', 0, 1],
			['B', 2, 4],
			['B', 5, 10],
			['B', 11, 12],
		]).get('B'),
	);
});

test('who goes on after a silence begins again', () => {
	const turns = turnsOf([
		['A', 0, 1],
		['A', 2, 4],
		['B', 2, 3],
	]);
	expect(exclusiveTurns(turns)).toEqual(
		turnsOf([
			['A', 0, 1],
			['A', 2, 4],
		]),
	);
});

test('for all turns: one at a time, in order, somebody wherever somebody was, and nobody where they were not', () => {
	fc.assert(
		fc.property(someTurns(['A', 'B', 'C']), (turns) => {
			const exclusive = exclusiveTurns(turns);
			const all = [...exclusive.values()]
				.flat()
				.sort((a, b) => a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds);
			for (const [at, turn] of all.slice(1).entries()) {
				expect(turn.startSeconds).toBeGreaterThanOrEqual(all[at]?.endSeconds ?? 0);
			}
			expect(joinedRanges(all, null)).toEqual(joinedRanges([...turns.values()].flat(), null));
			const before = joinedTurns(turns, null);
			for (const [name, own] of exclusive) {
				const given = before.get(name) ?? [];
				expect(totalSeconds(joinedRanges([...given, ...own], null))).toBeCloseTo(
					totalSeconds(given),
					9,
				);
			}
		}),
	);
});
