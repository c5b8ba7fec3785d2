import { conversationLetter } from '../domain/conversation.ts';
import type { Edition } from '../domain/edition.ts';
import { plainPersonName } from '../domain/people.ts';

/** What a conversation is called before a person names it. */
export function plainConversationName(number: number): string {
	return `Conversation ${conversationLetter(number)}`;
}

/** Gives a speaker a name; an empty one, or the one without a name, removes it. */
export function renameSpeaker(edition: Edition, speakerId: string, name: string): Edition {
	const plain = plainPersonName(speakerId);
	const names = renamed(edition.speakerNames, speakerId, plain, name);
	return names === edition.speakerNames ? edition : { ...edition, speakerNames: names };
}

/**
 * Gives a conversation a name; an empty one, or the plain one, takes it away again.
 *
 * @throws TypeError for a conversation that nobody is in.
 */
export function renameConversation(edition: Edition, number: number, name: string): Edition {
	if (![...edition.clusters.values()].includes(number)) {
		throw new TypeError(`There is no conversation ${number}`);
	}
	const names = renamed(edition.conversationNames, number, plainConversationName(number), name);
	return names === edition.conversationNames ? edition : { ...edition, conversationNames: names };
}

function renamed<Key>(
	names: ReadonlyMap<Key, string>,
	key: Key,
	plain: string,
	name: string,
): ReadonlyMap<Key, string> {
	const given = name.trim().replace(/\s+/gu, ' ');
	const next = given === '' || given === plain ? undefined : given;
	if (next === names.get(key)) return names;
	const changed = new Map(names);
	if (next === undefined) changed.delete(key);
	else changed.set(key, next);
	return changed;
}

/** The number that a new conversation gets: the least that is free, so that it looks like no other. */
export function newConversationNumber(edition: Edition): number {
	const used = new Set(edition.clusters.values());
	let number = 0;
	while (used.has(number)) number += 1;
	return number;
}

/**
 * Puts a speaker into another conversation. One that nobody is left in vanishes with its name; the
 * numbers of the others stay.
 *
 * @param to a number, `new` for one of their own, or null for none
 */
export function moveSpeaker(
	edition: Edition,
	speakerId: string,
	to: number | 'new' | null,
): Edition {
	const from = edition.clusters.get(speakerId);
	const alone = [...edition.clusters.values()].filter((number) => number === from).length === 1;
	if (to === 'new' && from !== undefined && alone) return edition;
	const number = to === 'new' ? newConversationNumber(edition) : to;
	if (number === (from ?? null)) return edition;
	const clusters = new Map(edition.clusters);
	if (number === null) clusters.delete(speakerId);
	else clusters.set(speakerId, number);
	const left = new Set(clusters.values());
	const conversationNames = [...edition.conversationNames.keys()].every((each) => left.has(each))
		? edition.conversationNames
		: new Map([...edition.conversationNames].filter(([each]) => left.has(each)));
	return { ...edition, clusters, conversationNames };
}
