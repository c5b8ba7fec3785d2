import { expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../../tests/fixtures/fake-client.ts';
import { DatasetTable } from '../../state/dataset-table.svelte.ts';
import { datasetCsv, figureText, runTitle, totalOf } from './dataset-columns.ts';

async function scored(): Promise<DatasetTable> {
	const client = new FakeClient({
		past: ['party, "late"', 'lunch'],
		recognisers: ['whisper-tiny'],
	});
	const table = new DatasetTable(client);
	await table.load();
	await table.score();
	return table;
}

test('the file has what counts, and the totals that are shown', async () => {
	const table = await scored();
	const lines = datasetCsv(table).split('\r\n');
	expect(lines[0]).toBe(
		'session,recogniser,wer,f1,joint,substitutions,deletions,insertions,words,minutes,edited,run',
	);
	expect(lines).toHaveLength(5);
	expect(lines[1]).toMatch(/^lunch,embedded,0\.\d+,1,0\.\d+,\d+,\d+,\d+,\d+,1\.07,no,embedded~/u);
	expect(lines[2]).toMatch(/^"party, ""late""",embedded,/u);
	const [name, , wer, f1, , , , , words] = (lines[3] ?? '').split(',');
	expect([name, Number(wer), Number(f1)]).toEqual(['all', table.totals?.wer, 1]);
	expect(Number(words)).toBe(totalOf(table, 'words'));
	table.choose(idOf('lunch'), false);
	expect(datasetCsv(table).split('\r\n')).toHaveLength(4);
});

test('figures as people read them', () => {
	expect(figureText('wer', 0.1842)).toBe('18.4 %');
	expect(figureText('f1', 1)).toBe('1.000');
	expect(figureText('minutes', 1.07)).toBe('1.1');
	expect(figureText('words', 214)).toBe('214');
	expect(figureText('words', null)).toBe('–');
});

test('runs of one recogniser are told apart by what differs', async () => {
	const [row] = (await scored()).rows;
	if (!row) throw new Error('no row');
	expect(row.runs.map(({ runId }) => runTitle(row, runId, null))).toEqual([
		'embedded',
		'whisper-tiny',
	]);
	const { settings } = row.run;
	const greedy = { ...row.run, runId: row.run.runId.replace('beam', 'greedy'), settings };
	const more = { ...row, runs: [row.run, greedy] };
	expect(runTitle(more, greedy.runId, null)).toBe('embedded, greedy');
});
