import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js';
import { describe, expect, test, vi } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { fakeSession } from '../../../tests/fixtures/fake-session.ts';
import type { EditedCue } from '../domain/edition.ts';
import type { Session } from '../domain/session.ts';
import { changeText } from '../editing/change-cue.ts';
import { renameSpeaker } from '../editing/names.ts';
import { fakeFound } from '../../../tests/fixtures/fake-found-pair.ts';
import { formatIds, formatsOf } from '../formats/take-away/formats.ts';
import { ConfabError } from '../support/errors.ts';
import { formatsFor } from '../ui/export/format-words.ts';
import { Downloads } from './downloads.svelte.ts';
import { placeOf } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';

const pastParty = () => new FakeClient({ past: ['party'], unlabelled: true });

async function opened(client = pastParty(), query = '', session: Session | null = null) {
	const studio = await Studio.open(client, idOf('party'), placeOf(new URLSearchParams(query)));
	if (!studio) throw new Error('no result');
	const now = Date.UTC(2026, 2, 14, 12);
	const downloads = new Downloads(
		client,
		studio,
		() => session,
		() => now,
	);
	return { studio, downloads };
}

async function made(client?: FakeClient, query?: string) {
	const parts = await opened(client, query);
	await parts.downloads.make();
	return parts;
}

async function entriesOf(blob: Blob | undefined): Promise<Map<string, string>> {
	const reader = new ZipReader(new BlobReader(blob ?? new Blob()), { useWebWorkers: false });
	const files = new Map<string, string>();
	for (const entry of await reader.getEntries()) {
		if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()));
	}
	return files;
}

/** Other words in the first cue, and a name for its speaker. */
function edit(studio: Studio, text: string, name: string): EditedCue | undefined {
	const [first] = studio.editor.edition.cues;
	if (!first) return undefined;
	studio.editor.apply((edition) => changeText(edition, first.id, text), 'Change text');
	studio.editor.apply((edition) => renameSpeaker(edition, first.speakerId, name), 'Rename');
	return first;
}

test('every format is made, with its size', async () => {
	const { downloads } = await made();
	// Nobody was found in it: they were given.
	const expected = formatIds.filter((id) => id !== 'people-json');
	expect([...downloads.made.keys()].sort()).toEqual([...expected].sort());
	for (const { id, files, bytes } of downloads.made.values()) {
		expect(bytes).toBeGreaterThan(id === 'uem' ? 10 : 100);
		expect(bytes).toBe(files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
	}
	expect(downloads.error).toBeNull();
});

test('of people who were found there is what was found of them', async () => {
	const client = new FakeClient();
	const found = fakeFound('talk');
	vi.spyOn(client, 'loadRun').mockResolvedValue(found);
	const studio = await Studio.open(client, found.sessionId, placeOf(new URLSearchParams()));
	if (!studio) throw new Error('no result');
	const downloads = new Downloads(client, studio, () => null);
	await downloads.make();
	expect([...downloads.made.keys()].sort()).toEqual([...formatIds].sort());
	const files = await entriesOf((await downloads.everything())?.blob);
	expect([...files.keys()]).toEqual(
		expect.arrayContaining(
			[
				...['talk.rttm', 'talk-exclusive.rttm', 'talk.uem', 'talk-people.json'],
				...['output/talk.rttm', 'output/people.json', 'output/person_1.vtt'],
			].map((name) => `talk/${name}`),
		),
	);
	expect(files.get('talk/talk-people.json')).toBe(files.get('talk/output/people.json'));
});

test('what is offered is what is made', () => {
	const found = fakeFound('talk');
	for (const result of [found, { ...found, people: null }]) {
		const offered = formatsFor(result.people !== null).flatMap(({ formats }) => formats);
		expect(offered.map(({ id }) => id).sort()).toEqual([...formatsOf(result)].sort());
		expect(new Set(offered.map(({ words }) => words.title)).size).toBe(offered.length);
	}
});

describe('names and edits', () => {
	const nameless: readonly string[] = ['mcorec', 'speaker-vtt', 'uem', 'people-json', 'layers-csv'];
	test.each(formatIds.filter((id) => !nameless.includes(id)))('reach %s', async (id) => {
		const { studio, downloads } = await opened();
		edit(studio, 'quite another thing', 'Anna');
		await downloads.make();
		const text = downloads.made.get(id)?.files[0]?.text ?? '';
		expect(text).toContain('Anna');
		expect(text.includes('another')).toBe(!id.endsWith('rttm'));
	});

	test('reach the output of the challenge, by ids', async () => {
		const { studio, downloads } = await opened();
		const first = edit(studio, 'quite another thing', 'Anna');
		await downloads.make();
		const file = await downloads.fileOf('mcorec');
		expect(file?.name).toBe('party-output.zip');
		const files = await entriesOf(file?.blob);
		expect(files.get(`output/${first?.speakerId ?? ''}.vtt`)).toContain('quite another thing');
		// The run's own scores are no longer those of what is written.
		expect(JSON.parse(files.get('output/report.json') ?? '')).toMatchObject({
			edited: true,
			scores: null,
		});
	});

	test('reach the file of their speaker, which has the name', async () => {
		const { studio, downloads } = await opened();
		edit(studio, 'quite another thing', 'Anna');
		await downloads.make();
		const files = downloads.made.get('speaker-vtt')?.files ?? [];
		expect(files.find(({ name }) => name === 'Anna.vtt')?.text).toContain('quite another thing');
		downloads.setNaming('ids');
		await downloads.make();
		expect(downloads.made.get('speaker-vtt')?.files.map(({ name }) => name)).toContain('spk_0.vtt');
	});
});

test('an unchanged result has the scores of its run', async () => {
	const { studio, downloads } = await opened(new FakeClient({ past: ['party'] }));
	studio.setReference(null);
	await downloads.make();
	const files = await entriesOf((await downloads.fileOf('mcorec'))?.blob);
	expect(JSON.parse(files.get('output/report.json') ?? '')).toMatchObject({
		edited: false,
		scores: { wer: studio.result.scores?.wer ?? NaN },
	});
});

test('a reference is what the output is scored against', async () => {
	const { studio, downloads } = await opened();
	const [speaker] = studio.document.speakers;
	const cues = speaker?.cues.filter((cue) => cue.startSeconds > 2 && cue.endSeconds < 62) ?? [];
	studio.setReference({
		conversations: null,
		transcripts: new Map([[speaker?.id ?? '', cues]]),
	});
	await downloads.make();
	const files = await entriesOf((await downloads.fileOf('mcorec'))?.blob);
	const report: unknown = JSON.parse(files.get('output/report.json') ?? '');
	expect(report).toMatchObject({ scores: { wer: 0, f1: null } });
});

test('one speaker and one stretch alone', async () => {
	const { downloads } = await made(undefined, 'speaker=spk_3&select=3.00-20.00');
	expect(downloads.speakerId).toBe('spk_3');
	expect(downloads.selectionOnly).toBe(false);
	downloads.setSelectionOnly(true);
	await downloads.make();
	const rows = downloads.made.get('cues-csv')?.files[0]?.text.trim().split('\r\n').slice(1) ?? [];
	expect(rows.length).toBeGreaterThan(0);
	for (const row of rows) {
		const [start, end, id] = row.split(',');
		expect([Number(start) >= 3, Number(end) <= 20, id]).toEqual([true, true, 'spk_3']);
	}
	// One speaker is one file; the challenge's output is whole all the same.
	expect((await downloads.fileOf('speaker-vtt'))?.name).toBe('spk_3.vtt');
	expect(downloads.made.get('mcorec')?.files).toHaveLength(8);
});

test('everything is one archive of all formats', async () => {
	const { downloads } = await made();
	const file = await downloads.everything();
	expect(file?.name).toBe('party.zip');
	const names = [...(await entriesOf(file?.blob)).keys()];
	expect(names).toEqual(expect.arrayContaining(['party/party.vtt', 'party/party.eaf']));
	expect(names).toContain('party/output/spk_0.vtt');
	expect(names).toContain('party/party-speakers/spk_0.vtt');
	expect(new Set(names).size).toBe(names.length);
	expect(downloads.packing).toBeNull();
});

test('a later making stops an earlier one', async () => {
	const { downloads } = await opened();
	const first = downloads.make();
	downloads.setSpeaker('spk_1');
	await Promise.all([first, downloads.make()]);
	const text = downloads.made.get('srt')?.files[0]?.text ?? '';
	expect(text).toContain('spk_1: ');
	expect(text).not.toContain('spk_0: ');
});

test('the project comes from the client, and its failure is told and can be tried again', async () => {
	const client = new FakeClient({ past: ['party'] });
	const { downloads } = await made(client);
	const refusal = vi
		.spyOn(client, 'exportProject')
		.mockRejectedValueOnce(new ConfabError('StorageFull', 'no room'));
	expect(await downloads.project()).toBeNull();
	expect(downloads.error).toMatchObject({ message: 'no room' });
	const file = await downloads.project();
	expect([file?.name, await file?.blob.text()]).toEqual(['party.confab', idOf('party')]);
	expect(downloads.error).toBeNull();
	expect(refusal).toHaveBeenCalledTimes(2);
});

test('the project has the changes that are still being stored', async () => {
	const client = pastParty();
	const save = client.saveEdition.bind(client);
	vi.spyOn(client, 'saveEdition').mockImplementation(async (edition) => {
		await new Promise((later) => setTimeout(later, 20));
		await save(edition);
	});
	const stored = vi.spyOn(client, 'exportProject').mockImplementation(async (ids) => {
		const edition = await client.latestEdition(ids[0] ?? '');
		return new Blob([...(edition?.speakerNames.values() ?? [])]);
	});
	const { studio, downloads } = await opened(client);
	edit(studio, 'first', 'Ada');
	edit(studio, 'second', 'Grace');
	expect(await (await downloads.project())?.blob.text()).toBe('Grace');
	expect(stored).toHaveBeenCalledTimes(1);
	await studio.leave();
});

test('there is no project until it is said whose changes count, another tab’s or these', async () => {
	const { studio, downloads } = await opened();
	const { sessionId, runId } = studio;
	edit(studio, 'mine', 'Ada');
	await studio.editor.saver?.flush();
	const other = new BroadcastChannel('confab-editions');
	other.postMessage({ sessionId, runId });
	await expect.poll(() => studio.editor.saver?.state).toBe('elsewhere');
	expect(await downloads.project()).toBeNull();
	expect(downloads.error).toMatchObject({ code: 'Busy' });
	await studio.editor.saver?.keepOwn();
	expect(await downloads.project()).not.toBeNull();
	expect(downloads.error).toBeNull();
	other.close();
	await studio.leave();
});

test('the recording goes with the project where it is at hand and wanted', async () => {
	const party = fakeSession('party', idOf('party'));
	for (const [session, wanted, text] of [
		[null, true, party.id],
		[party, true, `+${party.id}`],
		[party, false, party.id],
	] as const) {
		const { downloads } = await opened(pastParty(), '', session);
		expect(await (await downloads.project(wanted))?.blob.text()).toBe(text);
	}
});

test('what is closed makes nothing more', async () => {
	const { downloads } = await opened();
	const making = downloads.make();
	downloads.close();
	await making;
	expect(downloads.made.size).toBe(0);
});
