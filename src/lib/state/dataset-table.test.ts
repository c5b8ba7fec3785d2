import { expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { ConfabError } from '../support/errors.ts';
import { present } from '../support/assert.ts';
import { cellOf, DatasetTable } from './dataset-table.svelte.ts';

const options = { past: ['party_10', 'party_9', 'party_2'], recognisers: ['whisper-tiny'] };

async function loaded(client = new FakeClient(options)): Promise<DatasetTable> {
	const table = new DatasetTable(client);
	await table.load();
	return table;
}

test('sessions without a truth are not in it', async () => {
	const table = await loaded(new FakeClient({ past: ['party'], unlabelled: true }));
	expect([table.status, table.rows, table.totals]).toEqual(['ready', [], null]);
});

test('all are scored, one at a time, and averaged as the challenge does', async () => {
	const table = await loaded();
	expect(table.rows.map(({ record }) => record.sessionName)).toEqual([
		'party_2',
		'party_9',
		'party_10',
	]);
	table.chooseRun(idOf('party_2'), table.rows[0]?.runs[1]?.runId ?? '');
	const scoring = table.score();
	expect(table.scoring).toEqual({ done: 0, total: 3, name: 'party_2' });
	await scoring;
	expect(table.scoring).toBeNull();
	expect(table.counted).toHaveLength(3);
	const speakers = table.rows.flatMap(({ found }) => [
		...(found?.scores.perSpeaker.values() ?? []),
	]);
	const rates = speakers.flatMap(({ wer }) => wer ?? []);
	expect(rates).toHaveLength(15);
	expect(new Set(rates).size).toBeGreaterThan(5);
	const totals = present(table.totals, 'totals');
	expect(totals.wer).toBeCloseTo(rates.reduce((sum, wer) => sum + wer, 0) / 15, 12);
	expect(totals.f1).toBe(1);
	expect(totals.errors.referenceWords).toBe(
		table.rows.reduce((sum, row) => sum + Number(cellOf(row, 'words')), 0),
	);
	table.choose(idOf('party_2'), false);
	expect(table.totals?.wer).not.toBeCloseTo(present(totals.wer, 'rate'), 6);
});

test('another run is scored anew, the others stay', async () => {
	const table = await loaded();
	await table.score();
	table.chooseRecogniser('whisper-tiny');
	expect(table.counted).toEqual([]);
	expect(table.rows.every(({ run }) => run.settings.recogniser === 'whisper-tiny')).toBe(true);
	await table.score();
	expect(table.counted).toHaveLength(3);
	const before = table.rows[0]?.found;
	table.chooseRecogniser('whisper-tiny');
	expect(table.rows[0]?.found).toBe(before);
	table.chooseRecogniser('nobody');
	expect(table.counted).toEqual([]);
	expect(table.recognisers).toEqual(['embedded', 'whisper-tiny']);
});

test('sorted by any column, twice the other way, what is missing last', async () => {
	const table = await loaded();
	table.choose(idOf('party_9'), false);
	table.chooseRun(idOf('party_2'), table.rows[0]?.runs[1]?.runId ?? '');
	await table.score();
	const names = (): string[] => table.rows.map(({ record }) => record.sessionName);
	table.sortBy('wer');
	const ascending = names();
	table.sortBy('wer');
	expect(table.sort).toEqual({ column: 'wer', descending: true });
	expect(names().slice(0, 2)).toEqual(ascending.slice(0, 2).reverse());
	expect([ascending[2], names()[2]]).toEqual(['party_9', 'party_9']);
	table.sortBy('session');
	expect(names()).toEqual(['party_2', 'party_9', 'party_10']);
});

test('cancelled, what is scored stays, and the rest follows later', async () => {
	class Slow extends FakeClient {
		loads = 0;
		onLoad: () => void = () => undefined;
		override loadRun(id: string, runId: string | null) {
			this.loads += 1;
			this.onLoad();
			return super.loadRun(id, runId);
		}
	}
	const client = new Slow(options);
	const table = await loaded(client);
	client.onLoad = () => {
		if (client.loads === 2) table.cancel();
	};
	await table.score();
	expect(table.counted).toHaveLength(1);
	expect(client.loads).toBe(2);
	await table.score();
	expect(table.counted).toHaveLength(3);
	expect(client.loads).toBe(4);
});

test('one that cannot be read says so in its row; the others are scored', async () => {
	class Broken extends FakeClient {
		override loadRun(id: string, runId: string | null) {
			return id === idOf('party_9')
				? Promise.reject(new ConfabError('StorageFull', 'barred'))
				: super.loadRun(id, runId);
		}
	}
	const table = await loaded(new Broken(options));
	await table.score();
	expect(table.counted).toHaveLength(2);
	expect(table.rows[1]?.error).toBeInstanceOf(ConfabError);
});
