import { describe, expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { ConfabError } from '../support/errors.ts';
import { AppState } from './app-state.svelte.ts';
import type { SessionRecord } from './client.ts';
import {
	firstLibraryPlace,
	inLibraryOrder,
	libraryOrders,
	libraryPlaceOf,
	libraryQueryOf,
} from './library-order.ts';
import { Library } from './library.svelte.ts';

async function libraryOf(client: FakeClient): Promise<Library> {
	const library = new Library(client);
	await library.refresh();
	return library;
}

const past = ['dinner', 'party 10', 'party 9'];
const namesIn = (records: readonly SessionRecord[]): string[] =>
	records.map(({ sessionName }) => sessionName);

describe('the order of the library', () => {
	const record: SessionRecord = {
		...{ sessionId: 'a', sessionName: 'a', updatedAt: 0, durationSeconds: null },
		...{ speakerCount: 2, conversationCount: null, complete: false, runCount: 0 },
		...{ recognisers: [], detectors: [], edited: false, scores: null, bytes: 0 },
	};
	const records: SessionRecord[] = [
		{ ...record, sessionName: 'party 10', updatedAt: 3, durationSeconds: 60, bytes: 5 },
		{ ...record, sessionName: 'Party 9', updatedAt: 2, durationSeconds: 90, speakerCount: 6 },
		{ ...record, sessionName: 'dinner', updatedAt: 1, recognisers: ['whisper-base'], bytes: 9 },
	];
	const order = (place: object) =>
		namesIn(inLibraryOrder(records, { ...firstLibraryPlace, ...place }));

	test('is by what is wished for, either way', () => {
		expect(order({})).toEqual(['party 10', 'Party 9', 'dinner']);
		expect(order({ descending: false })).toEqual(['dinner', 'Party 9', 'party 10']);
		expect(order({ order: 'name', descending: false })).toEqual(['dinner', 'Party 9', 'party 10']);
		expect(order({ order: 'length' })).toEqual(['Party 9', 'party 10', 'dinner']);
		expect(order({ order: 'size' })).toEqual(['dinner', 'party 10', 'Party 9']);
		// Of equals the latest comes first, whichever way.
		expect(order({ order: 'speakers' })).toEqual(['Party 9', 'party 10', 'dinner']);
		expect(order({ order: 'speakers', descending: false })).toEqual([
			'party 10',
			'dinner',
			'Party 9',
		]);
	});

	test('holds those alone in which every word is found', () => {
		expect(order({ search: ' PARTY ' })).toEqual(['party 10', 'Party 9']);
		expect(order({ search: '9 part' })).toEqual(['Party 9']);
		expect(order({ search: 'whisper' })).toEqual(['dinner']);
		expect(order({ search: 'whisper party' })).toEqual([]);
	});

	test('stands in the address', () => {
		expect(libraryQueryOf(firstLibraryPlace).toString()).toBe('');
		for (const by of libraryOrders) {
			for (const descending of [true, false]) {
				const place = { search: 'party & more', order: by, descending };
				expect(libraryPlaceOf(libraryQueryOf(place))).toEqual(place);
			}
		}
		expect(libraryPlaceOf(new URLSearchParams('sort=colour&way=round'))).toEqual(firstLibraryPlace);
	});
});

describe('the library', () => {
	test('is searched and sorted, and turned round when asked again', async () => {
		const library = await libraryOf(new FakeClient({ past }));
		expect(namesIn(library.shown)).toEqual(['party 9', 'party 10', 'dinner']);
		library.sort('name');
		expect(namesIn(library.shown)).toEqual(['dinner', 'party 9', 'party 10']);
		library.sort('name');
		expect(namesIn(library.shown)).toEqual(['party 10', 'party 9', 'dinner']);
		library.search('party');
		expect(namesIn(library.shown)).toEqual(['party 10', 'party 9']);
		expect(library.records).toHaveLength(3);
	});

	test('exports of what is chosen only what is shown', async () => {
		const library = await libraryOf(new FakeClient({ past }));
		library.chooseShown(true);
		expect(library.chosen).toHaveLength(3);
		library.search('party');
		expect(library.chosen).toHaveLength(2);
		library.choose(idOf('party 9'), false);
		expect(library.chosen).toEqual([idOf('party 10')]);
		library.chooseShown(false);
		library.search('');
		expect(library.chosen).toEqual([]);
	});

	test('gives a session another name, unless it is empty or the same', async () => {
		const client = new FakeClient({ past });
		const library = await libraryOf(client);
		await library.rename(idOf('dinner'), '  Ada’s birthday ');
		expect(namesIn(library.records)).toContain('Ada’s birthday');
		expect((await client.loadRun(idOf('dinner'), null))?.sessionName).toBe('Ada’s birthday');
		await library.rename(idOf('dinner'), '   ');
		expect(namesIn(library.records)).toContain('Ada’s birthday');
		await library.rename(idOf('dinner'), 'x'.repeat(500));
		expect(namesIn(library.records)).toContain('x'.repeat(120));
	});

	test('tells when a name could not be stored', async () => {
		class Full extends FakeClient {
			override renameSession(): Promise<never> {
				return Promise.reject(new ConfabError('StorageFull', 'full'));
			}
		}
		const library = await libraryOf(new Full({ past }));
		await library.rename(idOf('dinner'), 'Birthday');
		expect(library.error).toMatchObject({ code: 'StorageFull' });
		expect(namesIn(library.records)).toContain('dinner');
	});

	test('forgets a choice with its session', async () => {
		const library = await libraryOf(new FakeClient({ past }));
		library.chooseShown(true);
		await library.remove(idOf('dinner'));
		expect(library.isChosen(idOf('dinner'))).toBe(false);
		expect(library.chosen).toHaveLength(2);
	});

	test.each([
		[true, 'agreed'],
		[false, 'refused'],
	])('asks for its storage to be kept: %s', async (keepsStorage, answer) => {
		const app = new AppState(new FakeClient({ past, keepsStorage }), {
			kept: null,
			clock: () => 0,
		});
		expect(app.library.keeping).toBe('unasked');
		await app.keepStorage();
		expect(app.library.keeping).toBe(answer);
	});
});
