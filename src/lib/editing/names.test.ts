import { expect, test } from 'vitest';
import { madeEdition } from '../../../tests/fixtures/made-editions.ts';
import { moveSpeaker, newConversationNumber, renameConversation, renameSpeaker } from './names.ts';

const edition = madeEdition([['spk_0', 1, 'so']]);
const clustersOf = (changed: typeof edition) => Object.fromEntries(changed.clusters);

test('a name is given, changed and taken away', () => {
	const named = renameSpeaker(edition, 'spk_1', '  Ada  Lovelace ');
	expect(named.speakerNames).toEqual(new Map([['spk_1', 'Ada Lovelace']]));
	expect(renameSpeaker(named, 'spk_1', 'Ada Lovelace')).toBe(named);
	for (const none of ['', ' ', 'spk_1']) {
		expect(renameSpeaker(named, 'spk_1', none).speakerNames.size).toBe(0);
	}
	expect(renameSpeaker(edition, 'spk_1', '')).toBe(edition);
});

test('somebody who was found is plainly a person with a number', () => {
	const named = renameSpeaker(edition, 'person_2', 'Ben');
	expect(named.speakerNames).toEqual(new Map([['person_2', 'Ben']]));
	expect(renameSpeaker(edition, 'person_2', 'Person 2')).toBe(edition);
	expect(renameSpeaker(named, 'person_2', 'Person 2').speakerNames.size).toBe(0);
});

test('conversations have names, too', () => {
	const named = renameConversation(edition, 1, 'Kitchen');
	expect(named.conversationNames).toEqual(new Map([[1, 'Kitchen']]));
	expect(renameConversation(named, 1, 'Conversation B').conversationNames.size).toBe(0);
	expect(renameConversation(edition, 1, 'Conversation B')).toBe(edition);
	expect(() => renameConversation(edition, 7, 'Attic')).toThrow(TypeError);
});

test('a speaker moves to another conversation, a new one, or none', () => {
	expect(clustersOf(moveSpeaker(edition, 'spk_1', 1))).toEqual({ spk_0: 0, spk_1: 1, spk_2: 1 });
	expect(clustersOf(moveSpeaker(edition, 'spk_1', 'new'))).toMatchObject({ spk_1: 2 });
	expect(clustersOf(moveSpeaker(edition, 'spk_1', null))).toEqual({ spk_0: 0, spk_2: 1 });
	expect(moveSpeaker(edition, 'spk_1', 0)).toBe(edition);
	expect(moveSpeaker(moveSpeaker(edition, 'spk_1', null), 'spk_1', null).clusters.size).toBe(2);
});

test('who is alone has a conversation of their own already', () => {
	expect(moveSpeaker(edition, 'spk_2', 'new')).toBe(edition);
});

test('a conversation that nobody is left in vanishes with its name; others keep number and name', () => {
	const named = renameConversation(renameConversation(edition, 0, 'Sofa'), 1, 'Kitchen');
	const moved = moveSpeaker(named, 'spk_2', 0);
	expect(moved.conversationNames).toEqual(new Map([[0, 'Sofa']]));
	const first = moveSpeaker(moveSpeaker(named, 'spk_0', 1), 'spk_1', 1);
	expect(clustersOf(first)).toEqual({ spk_0: 1, spk_1: 1, spk_2: 1 });
	expect(first.conversationNames).toEqual(new Map([[1, 'Kitchen']]));
	expect(newConversationNumber(first)).toBe(0);
});
