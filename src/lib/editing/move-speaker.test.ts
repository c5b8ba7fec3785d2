import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { firstEdition } from './first-edition.ts';
import { moveSpeaker } from './move-speaker.ts';

/** spk_0 and spk_3 are in 0, spk_1 and spk_4 in 1, spk_2 and spk_5 in 2. */
const edition = {
	...firstEdition(fakeResult(fakeSession('party', 'id'))),
	conversationNames: new Map([
		[0, 'Trains'],
		[1, 'Tomatoes'],
	]),
};

describe('moving a speaker', () => {
	test('puts them with the others, and leaves all else as it is', () => {
		const moved = moveSpeaker(edition, 'spk_0', 1);
		expect(moved.clusters.get('spk_0')).toBe(1);
		expect([...moved.clusters].filter(([id]) => id !== 'spk_0')).toEqual(
			[...edition.clusters].filter(([id]) => id !== 'spk_0'),
		);
		expect(moved.cues).toBe(edition.cues);
		expect(moved.conversationNames).toEqual(edition.conversationNames);
		expect(edition.clusters.get('spk_0')).toBe(0);
	});

	test('there and back is nothing', () => {
		fc.assert(
			fc.property(fc.constantFrom(...edition.clusters.keys()), fc.nat(2), (id, to) => {
				const home = edition.clusters.get(id) ?? -1;
				expect(moveSpeaker(moveSpeaker(edition, id, to), id, home)).toEqual(edition);
			}),
		);
	});

	test('where they are already changes nothing at all', () => {
		expect(moveSpeaker(edition, 'spk_0', 0)).toBe(edition);
	});

	test('into a new one takes the lowest number that is free', () => {
		const alone = moveSpeaker(edition, 'spk_4', 'new');
		expect(alone.clusters.get('spk_4')).toBe(3);
		expect(moveSpeaker(alone, 'spk_4', 'new')).toBe(alone);
	});

	test('the name of one that is left empty goes', () => {
		const left = moveSpeaker(moveSpeaker(edition, 'spk_0', 1), 'spk_3', 1);
		expect([...left.conversationNames.keys()]).toEqual([1]);
		const again = moveSpeaker(left, 'spk_5', 'new');
		expect(again.clusters.get('spk_5')).toBe(0);
		expect(again.conversationNames.has(0)).toBe(false);
	});

	test('a speaker without a conversation gets one', () => {
		const without = { ...edition, clusters: new Map([...edition.clusters].slice(1)) };
		expect(moveSpeaker(without, 'spk_0', 2).clusters.get('spk_0')).toBe(2);
		expect(moveSpeaker(without, 'spk_0', 'new').clusters.get('spk_0')).toBe(3);
	});

	test('nobody is to be sent where nobody is', () => {
		expect(() => moveSpeaker(edition, 'spk_0', 7)).toThrow(TypeError);
	});
});
