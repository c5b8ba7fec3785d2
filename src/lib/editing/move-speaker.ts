import type { Edition } from '../domain/edition.ts';

/**
 * The speaker in another conversation, or in a new one of their own. A conversation that is left empty loses
 * the name that somebody gave it, for its number may be used again.
 *
 * @param to a number that somebody is in, or `new` for the lowest that nobody is in.
 * @throws TypeError for a conversation that nobody is in.
 */
export function moveSpeaker(edition: Edition, speakerId: string, to: number | 'new'): Edition {
	const from = edition.clusters.get(speakerId);
	const others = [...edition.clusters].filter(([id]) => id !== speakerId);
	const used = new Set(others.map(([, number]) => number));
	let target = to === 'new' ? 0 : to;
	if (to === 'new') {
		while (used.has(target)) target += 1;
		// Alone in one already.
		if (from !== undefined && !used.has(from)) target = from;
	} else if (!used.has(to) && to !== from) {
		throw new TypeError(`Nobody is in conversation ${String(to)}`);
	}
	if (target === from) return edition;
	const clusters = new Map(edition.clusters).set(speakerId, target);
	const conversationNames = new Map(edition.conversationNames);
	if (from !== undefined && !used.has(from)) conversationNames.delete(from);
	return { ...edition, clusters, conversationNames };
}
