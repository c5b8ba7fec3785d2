import { describe, expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import type { Labels } from '../domain/session.ts';
import { renameSpeaker } from '../editing/names.ts';
import { turnsRttm } from '../formats/take-away/nist.ts';
import { mergedVtt } from '../formats/take-away/captions.ts';
import { ConfabError } from '../support/errors.ts';
import { AppState } from './app-state.svelte.ts';
import { LabelComparison } from './label-comparison.svelte.ts';
import { placeOf } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';

const dropped = (path: string, text: string) => ({ path, file: new File([text], path) });
const vtt = (text: string): string => `WEBVTT\n\n00:03.000 --> 00:04.000\n${text}\n`;

async function opened(client = new FakeClient({ past: ['party'], unlabelled: true })) {
	const app = new AppState(client, { kept: null, clock: () => 0 });
	const studio = await Studio.open(client, idOf('party'), placeOf(new URLSearchParams()));
	if (!studio) throw new Error('no result');
	app.labels.open(studio);
	return { app, labels: app.labels, studio, client };
}

test('labels whose names are plain become the reference at once, and are stored', async () => {
	const { labels, studio, client } = await opened();
	await labels.read([
		dropped('labels/spk_0.vtt', vtt('hello there')),
		dropped('labels/speaker_to_cluster.json', '{"spk_0": 0, "spk_3": 0}'),
	]);
	expect(labels.status).toBe('done');
	expect(labels.outcome).toMatchObject({ worded: 1, grouped: 2, notKept: null });
	expect(studio.reference?.transcripts.get('spk_0')).toEqual([
		{ startSeconds: 3, endSeconds: 4, text: 'hello there' },
	]);
	expect(await client.loadReference(studio.sessionId)).toBe(studio.reference);
});

test('what is dropped on an open result goes there, all else and all without one to the sessions', async () => {
	const { app, labels } = await opened();
	const take = (...files: ReturnType<typeof dropped>[]) =>
		app.intake.take(() => ({ files, problems: [] }));
	expect(await take(dropped('spk_0.vtt', vtt('hi')), dropped('report.json', '{}'))).toEqual([]);
	await expect.poll(() => labels.status).toBe('done');
	expect(await take(dropped('metadata.json', '{}'), dropped('spk_0.vtt', vtt('hi')))).toHaveLength(
		2,
	);
	expect(await take(dropped('report.json', '{}'))).toHaveLength(1);
	labels.open(null);
	expect(await take(dropped('spk_0.vtt', vtt('hi')))).toHaveLength(1);
});

describe('names that are not plain', () => {
	test('are asked for, and nothing changes before all have an answer', async () => {
		const { labels, studio } = await opened();
		const before = studio.reference;
		const text = 'x 1 anna 1 2 hello\nx 1 bert 2 3 hi\nx 1 spk_1 3 4 yes\n';
		await labels.read([dropped('a.stm', text)]);
		expect(labels.status).toBe('asking');
		expect(labels.speakers).toEqual([
			{ name: 'anna', count: 1, speakerId: undefined },
			{ name: 'bert', count: 1, speakerId: undefined },
			{ name: 'spk_1', count: 1, speakerId: 'spk_1' },
		]);
		await labels.apply();
		expect([labels.status, studio.reference]).toEqual(['asking', before]);

		labels.choose('anna', 'spk_1');
		labels.choose('bert', null);
		expect(labels.clashes).toEqual(['anna', 'spk_1']);
		expect(labels.ready).toBe(false);
		labels.choose('anna', 'spk_4');
		expect([labels.clashes, labels.ready]).toEqual([[], true]);
		await labels.apply();
		expect([...(studio.reference?.transcripts.keys() ?? [])]).toEqual(['spk_4', 'spk_1']);
		expect(labels.outcome?.worded).toBe(2);
	});

	test('may all be left out, but then there is nothing to compare with', async () => {
		const { labels } = await opened();
		await labels.read([dropped('a.stm', 'x 1 anna 1 2 hello\n')]);
		labels.choose('anna', null);
		expect(labels.ready).toBe(false);
		labels.cancel();
		expect([labels.status, labels.speakers]).toEqual(['idle', []]);
	});

	test('given names answer by themselves, as our own files spell them', async () => {
		const { labels, studio } = await opened();
		studio.editor.apply((edition) => renameSpeaker(edition, 'spk_2', 'Anna <B>'), 'Rename');
		await labels.read([dropped('a.vtt', mergedVtt(studio.document))]);
		expect(labels.status).toBe('done');
		expect(studio.reference?.transcripts.get('spk_2')?.length).toBe(
			studio.document.speakers.find(({ id }) => id === 'spk_2')?.cues.length,
		);
	});
});

test('times without words are a reference, too, and leave the rest of it as it was', async () => {
	const { labels, studio, client } = await opened();
	const before: Labels = { conversations: new Map([['spk_0', 0]]), transcripts: new Map() };
	studio.setReference(before);
	await labels.read([dropped('a.rttm', turnsRttm(studio.document))]);
	expect(labels.outcome).toMatchObject({ worded: 0, grouped: 0, timed: 6, notKept: null });
	expect(studio.reference).toMatchObject(before);
	expect(await client.loadReference(studio.sessionId)).toBe(studio.reference);

	const comparison = new LabelComparison(studio.result, studio.reference ?? before);
	const speech = comparison.speechIn(studio.document);
	expect([...speech.keys()]).toEqual(studio.document.speakers.map(({ id }) => id));
	for (const errors of speech.values()) {
		expect(errors.referenceSeconds).toBeGreaterThan(5);
		// Written to the millisecond.
		expect(errors.missedSeconds + errors.falseSeconds).toBeLessThan(0.05);
	}
	// Words that come later leave the times as they are.
	await labels.read([dropped('spk_0.vtt', vtt('hi'))]);
	expect(studio.reference?.turns?.size).toBe(6);
	expect(studio.reference?.transcripts.size).toBe(1);
});

test('with times alone there is nothing to score', async () => {
	const { studio } = await opened();
	const turns = new Map([['spk_0', [{ startSeconds: 1, endSeconds: 2 }]]]);
	const of = (labels: Partial<Labels>): LabelComparison =>
		new LabelComparison(studio.result, { conversations: null, transcripts: new Map(), ...labels });
	expect(of({ turns }).scored).toBe(false);
	expect(of({ turns, conversations: new Map() }).scored).toBe(true);
	expect(of({ transcripts: new Map([['spk_0', []]]) }).scored).toBe(true);
	expect(of({ transcripts: new Map() }).speechIn(studio.document).size).toBe(0);
});

test('a broken file changes nothing and is told with its line', async () => {
	const { labels, studio } = await opened();
	const before = studio.reference;
	await labels.read([
		dropped('spk_0.vtt', vtt('hi')),
		dropped('a.stm', 'x 1 anna 1 2 hello\nx 1 bert 4 3 hi\n'),
	]);
	expect(labels.status).toBe('refused');
	expect(labels.problems).toEqual([
		{ file: 'a.stm', message: 'line 2: ends at 3 s, before it starts at 4 s' },
	]);
	expect(studio.reference).toBe(before);
	await labels.read([dropped('spk_0.vtt', vtt('hi'))]);
	expect([labels.status, labels.problems]).toEqual(['done', []]);
});

test('a reference that cannot be stored holds all the same, and that is told', async () => {
	class Full extends FakeClient {
		override saveReference(): Promise<never> {
			return Promise.reject(new ConfabError('StorageFull', 'no room'));
		}
	}
	const { labels, studio } = await opened(new Full({ past: ['party'], unlabelled: true }));
	await labels.read([dropped('spk_0.vtt', vtt('hi'))]);
	expect(labels.outcome?.notKept).toMatchObject({ message: 'no room' });
	expect(studio.reference?.transcripts.size).toBe(1);
});

test('a later file stops an earlier one, and a closed result takes none', async () => {
	const { labels, studio } = await opened();
	const first = labels.read([dropped('spk_0.vtt', vtt('first'))]);
	await Promise.all([first, labels.read([dropped('spk_0.vtt', vtt('second'))])]);
	expect(studio.reference?.transcripts.get('spk_0')?.[0]?.text).toBe('second');
	const late = labels.read([dropped('spk_0.vtt', vtt('third'))]);
	labels.open(null);
	await late;
	expect(labels.status).toBe('idle');
	expect(studio.reference?.transcripts.get('spk_0')?.[0]?.text).toBe('second');
});
