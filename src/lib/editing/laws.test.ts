import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { changes, editions } from '../../../tests/fixtures/made-editions.ts';
import type { Edition } from '../domain/edition.ts';
import type { Change } from './cues.ts';

/** An edition, and changes made one after the other; all of it is frozen, so that nothing can be altered in place. */
const histories = editions.chain((first) =>
	fc
		.array(changes(first), { maxLength: 25 })
		.map((list: readonly Change[]) =>
			list.reduce<readonly Edition[]>(
				(past, change) => [...past, frozen(change(past.at(-1) ?? first))],
				[frozen(first)],
			),
		),
);

function frozen<T>(value: T): T {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
	Object.freeze(value);
	for (const part of Object.values(value)) frozen(part);
	return value;
}

/** All of an edition as text, maps and all. */
function written(edition: Edition): string {
	return JSON.stringify(edition, (_, value: unknown) =>
		value instanceof Map ? [...value] : value,
	);
}

test('ids are unique, below the next number, and never used for another cue', () => {
	fc.assert(
		fc.property(histories, (history) => {
			const gone = new Set<string>();
			let before: Edition | undefined;
			for (const edition of history) {
				const ids = edition.cues.map(({ id }) => id);
				expect(new Set(ids).size).toBe(ids.length);
				expect(ids.every((id) => Number(id) < edition.nextCue)).toBe(true);
				const known = new Set(before?.cues.map(({ id }) => id));
				// What is new has a new number, or is the machine's own cue come back.
				const first = history[0]!;
				for (const id of ids) {
					if (!known.has(id) && gone.has(id)) expect(Number(id)).toBeLessThan(first.nextCue);
				}
				for (const id of known) if (!ids.includes(id)) gone.add(id);
				expect(edition.nextCue).toBeGreaterThanOrEqual(before?.nextCue ?? 0);
				before = edition;
			}
		}),
	);
});

test('cues are ordered, and so are the bounds of cues and words', () => {
	fc.assert(
		fc.property(histories, (history) => {
			for (const { cues } of history) {
				for (const [place, cue] of cues.entries()) {
					expect(cue.startSeconds).toBeGreaterThanOrEqual(cues[place - 1]?.startSeconds ?? 0);
					expect(cue.endSeconds).toBeGreaterThanOrEqual(cue.startSeconds);
					expect(cue.text).toBe(cue.words.map((word) => word.text).join(' '));
					for (const word of cue.words) {
						expect(word.endSeconds).toBeGreaterThanOrEqual(word.startSeconds);
						expect(word.confidence).toBeGreaterThan(0);
						expect(word.text).toMatch(/^\S+$/u);
					}
				}
			}
		}),
	);
});

test('an edition is never changed in place, so that going back is exact', () => {
	const steps = editions.chain((first) => fc.tuple(fc.constant(first), changes(first)));
	fc.assert(
		fc.property(steps, ([first, change]) => {
			const before = written(first);
			change(first);
			expect(written(first)).toBe(before);
		}),
		{ numRuns: 500 },
	);
});

test('a change moves one speaker at most, and names belong to conversations that are there', () => {
	fc.assert(
		fc.property(histories, (history) => {
			for (const [place, edition] of history.entries()) {
				const before = history[place - 1] ?? edition;
				const moved = ['spk_0', 'spk_1', 'spk_2'].filter(
					(id) => before.clusters.get(id) !== edition.clusters.get(id),
				);
				expect(moved.length).toBeLessThanOrEqual(1);
				const numbers = [...edition.clusters.values()];
				for (const named of edition.conversationNames.keys()) expect(numbers).toContain(named);
			}
		}),
	);
});
