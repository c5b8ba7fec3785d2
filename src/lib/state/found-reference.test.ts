import { expect, test } from 'vitest';
import { fakeRecording } from '../../../tests/fixtures/fake-found.ts';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { referenceOf } from '../domain/reference.ts';
import { mergePeople } from '../editing/people.ts';
import { present } from '../support/assert.ts';
import { AppState } from './app-state.svelte.ts';
import { Downloads } from './downloads.svelte.ts';
import { LabelComparison } from './label-comparison.svelte.ts';
import { placeOf } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';

/** References that are dropped on the result of a recording whose people were found. */

const dropped = (path: string, text: string) => ({ path, file: new File([text], path) });

async function opened(name = 'plain.m4a') {
	const client = new FakeClient({ past: [name] });
	const app = new AppState(client, { kept: null, clock: () => 0 });
	const studio = present(
		await Studio.open(client, idOf(name), placeOf(new URLSearchParams())),
		'studio',
	);
	app.labels.open(studio);
	const compared = async () => {
		const comparison = new LabelComparison(studio.result, present(studio.reference, 'reference'));
		await comparison.compare(studio.document);
		expect(comparison.error).toBeNull();
		return { comparison, ...present(comparison.current, 'scores') };
	};
	return { labels: app.labels, studio, client, compared };
}

/** As somebody would write it down: other names, and the second and third person as one. */
function rttm(studio: Studio): string {
	const names = ['ada', 'ben', 'ben'];
	const lines = studio.document.speakers.flatMap(({ segments }, i) =>
		segments.map(({ startSeconds, endSeconds }) => {
			const duration = endSeconds - startSeconds;
			return `SPEAKER plain 1 ${startSeconds.toFixed(3)} ${duration.toFixed(3)} <NA> <NA> ${names[i] ?? ''} <NA> <NA>`;
		}),
	);
	return `${lines.join('\n')}\n`;
}

test('any RTTM becomes the reference at once, whatever its names are, and is scored', async () => {
	const { labels, studio, client, compared } = await opened();
	await labels.read([dropped('anything.rttm', rttm(studio))]);
	expect([labels.status, labels.speakers]).toEqual(['done', []]);
	expect([...(studio.reference?.turns?.keys() ?? [])]).toEqual(['ada', 'ben']);
	expect(await client.loadReference(studio.sessionId)).toBe(studio.reference);

	const { comparison, diarisation, reference } = await compared();
	expect([comparison.scored, comparison.worded]).toEqual([true, false]);
	expect([...(diarisation?.mapping ?? [])]).toEqual([
		['person_1', 'ada'],
		['person_2', 'ben'],
	]);
	expect([...(reference.turns?.keys() ?? [])]).toEqual(['person_1', 'person_2']);
	expect(diarisation?.speakerCountError).toBe(1);
	// Who says next to nothing is the whole error.
	expect(diarisation?.der?.full.rate).toBeGreaterThan(0.005);
	expect(diarisation?.der?.full.rate).toBeLessThan(0.05);
	expect(diarisation?.cpWer).toBeNull();
});

test('scores follow what a person changes, and the machine’s own stay', async () => {
	const { labels, studio, compared } = await opened();
	await labels.read([dropped('a.rttm', rttm(studio))]);
	const before = await compared();
	expect(before.comparison.machine).toBeNull();
	const { pieces } = present(studio.result.people, 'people');
	studio.editor.apply((edition) => mergePeople(edition, pieces, 'person_3', 'person_2'), 'Merge');
	const { comparison, diarisation } = await compared();
	expect(diarisation?.speakerCountError).toBe(0);
	expect(diarisation?.der?.full.rate).toBeLessThan(0.001);
	expect(comparison.machine?.diarisation).toEqual(before.diarisation);
	studio.editor.apply((edition) => mergePeople(edition, pieces, 'person_2', 'person_1'), 'Merge');
	const worse = await compared();
	expect(worse.diarisation?.speakerCountError).toBe(-1);
	expect(worse.diarisation?.der?.full.rate).toBeGreaterThan(0.2);
});

test('the scores of an unchanged result are those that the run had, and the report has the changed ones', async () => {
	const { studio, client, compared } = await opened('scored.m4a');
	const own = present(studio.result.diarisation, 'scores of the run');
	expect((await compared()).diarisation).toEqual(own);
	const report = async (): Promise<unknown> => {
		const downloads = new Downloads(
			client,
			studio,
			() => null,
			() => 0,
		);
		await downloads.make();
		expect(downloads.error).toBeNull();
		const files = downloads.made.get('mcorec')?.files ?? [];
		return JSON.parse(files.find(({ name }) => name === 'report.json')?.text ?? 'null') as unknown;
	};
	expect(await report()).toMatchObject({ speakerCountError: 0, edited: false });
	const { pieces } = present(studio.result.people, 'people');
	studio.editor.apply((edition) => mergePeople(edition, pieces, 'person_2', 'person_1'), 'Merge');
	expect(await report()).toMatchObject({
		...{ speakerCountError: -1, edited: true },
		mapping: { person_1: 'ada', person_3: 'cleo' },
	});
});

test('words and conversations that come later are those of the same people', async () => {
	const { labels, studio, compared } = await opened();
	await labels.read([dropped('a.rttm', rttm(studio))]);
	const first = studio.document.speakers[0]?.cues[0];
	const { startSeconds = 0, endSeconds = 0 } = first ?? {};
	const stm = `plain 1 XY ${String(startSeconds)} ${String(endSeconds)} <o> shall we begin\n`;
	await labels.read([dropped('a.stm', stm)]);
	expect([labels.status, [...(studio.reference?.transcripts.keys() ?? [])]]).toEqual([
		'done',
		['ada'],
	]);
	await labels.read([dropped('speaker_to_cluster.json', '{"person_1": 0, "ben": 0}')]);
	expect([labels.status, studio.reference?.conversations]).toEqual([
		'done',
		new Map([
			['ada', 0],
			['ben', 0],
		]),
	]);
	expect([...(await compared()).speakers.keys()]).toEqual(['person_1']);
});

test('a name of the reference that is another person’s id takes nobody’s place', () => {
	const labels = present(fakeRecording('scored.m4a', 'x').labels, 'labels');
	const turns = new Map([...(labels.turns ?? [])].map(([, own], i) => [`person_${i + 1}`, own]));
	const mapping = new Map([
		['person_1', 'person_2'],
		['person_3', 'person_1'],
	]);
	const byId = referenceOf({ ...labels, turns }, mapping).turns;
	expect(byId?.get('person_1')).toBe(turns.get('person_2'));
	expect(byId?.get('person_3')).toBe(turns.get('person_1'));
	expect(byId?.size).toBe(2);
});
