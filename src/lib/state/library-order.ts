import type { SessionRecord } from './client.ts';

/** What a list of sessions can be sorted by. */
export const libraryOrders = ['date', 'name', 'length', 'speakers', 'size'] as const;

export type LibraryOrder = (typeof libraryOrders)[number];

/** What of the library is shown, and in which order; all of it stands in the address. */
export interface LibraryPlace {
	/** Words that must be found in a session's name or its recognisers, in any order. */
	readonly search: string;
	readonly order: LibraryOrder;
	/** From the last, the longest or the largest down; names from Z. */
	readonly descending: boolean;
}

/** The latest first. */
export const firstLibraryPlace: LibraryPlace = { search: '', order: 'date', descending: true };

/** Names begin at A, everything else at the most. */
export function descendsAtFirst(order: LibraryOrder): boolean {
	return order !== 'name';
}

const keys = { search: 'search', order: 'sort', descending: 'way' } as const;

/** Reads the place from an address's query; what it does not understand counts as absent. */
export function libraryPlaceOf(query: URLSearchParams): LibraryPlace {
	const wanted = query.get(keys.order);
	const order = libraryOrders.find((known) => known === wanted) ?? firstLibraryPlace.order;
	const way = query.get(keys.descending);
	const descending = way === 'down' || way === 'up' ? way === 'down' : descendsAtFirst(order);
	return { search: query.get(keys.search) ?? '', order, descending };
}

/** The query of a place, without what goes without saying. */
export function libraryQueryOf({ search, order, descending }: LibraryPlace): URLSearchParams {
	const query = new URLSearchParams();
	if (search.trim() !== '') query.set(keys.search, search);
	if (order !== firstLibraryPlace.order) query.set(keys.order, order);
	if (descending !== descendsAtFirst(order)) query.set(keys.descending, descending ? 'down' : 'up');
	return query;
}

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

const compare: Readonly<Record<LibraryOrder, (a: SessionRecord, b: SessionRecord) => number>> = {
	date: (a, b) => a.updatedAt - b.updatedAt,
	name: (a, b) => names.compare(a.sessionName, b.sessionName),
	length: (a, b) => (a.durationSeconds ?? -1) - (b.durationSeconds ?? -1),
	speakers: (a, b) => a.speakerCount - b.speakerCount,
	size: (a, b) => a.bytes - b.bytes,
};

/** Those that are looked for, in order; of equals the latest first. */
export function inLibraryOrder(
	records: readonly SessionRecord[],
	{ search, order, descending }: LibraryPlace,
): readonly SessionRecord[] {
	const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
	const found = records.filter(({ sessionName, recognisers }) => {
		const text = [sessionName, ...recognisers].join(' ').toLowerCase();
		return words.every((word) => text.includes(word));
	});
	const way = descending ? -1 : 1;
	return found.sort((a, b) => way * compare[order](a, b) || b.updatedAt - a.updatedAt);
}
