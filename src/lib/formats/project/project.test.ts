import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archiveOf } from '../../../../tests/fixtures/archive.ts';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import { anyLibrary } from '../../../../tests/fixtures/project-arbitraries.ts';
import { droppedFile, fixtureSession, noise } from '../../../../tests/fixtures/session.ts';
import type { Session } from '../../domain/session.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { firstEdition } from '../../editing/first-edition.ts';
import { ConfabError } from '../../support/errors.ts';
import type { Progress } from '../../support/progress.ts';
import type { DroppedFile } from '../dropped-files.ts';
import { readSessions } from '../read-sessions.ts';
import { listZip } from '../zip-archive.ts';
import { isProjectName } from './project-name.ts';
import type { ProjectSession } from './project-session.ts';
import { readProject } from './read-project.ts';
import { writeProject } from './write-project.ts';

async function* each(sessions: readonly ProjectSession[]): AsyncGenerator<ProjectSession> {
	yield* sessions;
}

function write(sessions: readonly ProjectSession[]): Promise<Blob> {
	return writeProject(each(sessions), sessions.length);
}

async function read(project: Blob): Promise<ProjectSession[]> {
	const sessions = [];
	for await (const session of readProject(project)) sessions.push(session);
	return sessions;
}

async function refusal(project: Blob): Promise<unknown> {
	return read(project).then(
		() => 'taken',
		(error: unknown) => error,
	);
}

const session = fakeSession('party', 'party-id');
const result = fakeResult(session);
const greedy = fakeResult(session, { ...defaultSettings, decoding: 'greedy' });
const party: ProjectSession = {
	sessionId: 'party-id',
	folderName: 'party',
	givenName: 'Birthday',
	runs: [
		{ result, finishedAt: 1000 },
		{ result: greedy, finishedAt: 500 },
	],
	editions: [{ edition: firstEdition(greedy), savedAt: 2000 }],
	reference: session.labels && { labels: session.labels, origin: 'session', savedAt: 1000 },
};

/** Bits of all floats: which of the many values that are no number one is, is kept, too. */
function bitsOf(sessions: readonly ProjectSession[]): Uint8Array[] {
	return sessions.flatMap(({ runs }) =>
		runs.flatMap(({ result: { speakers } }) =>
			speakers.map(({ activity: { probabilities } }) => {
				const { buffer, byteOffset, byteLength } = probabilities;
				return new Uint8Array(buffer, byteOffset, byteLength).slice();
			}),
		),
	);
}

describe('a project', () => {
	test('gives back what went into it', async () => {
		expect(await read(await write([party]))).toStrictEqual([party]);
	});

	test('loses nothing, whatever there is', async () => {
		await fc.assert(
			fc.asyncProperty(anyLibrary, async (sessions) => {
				const back = await read(await write(sessions));
				// Of the same kind as what comes back: the made ones have no prototype.
				const plain = structuredClone(sessions);
				expect(back).toStrictEqual(plain);
				expect(back.map(keysInOrder)).toStrictEqual(sessions.map(keysInOrder));
				expect(bitsOf(back)).toStrictEqual(bitsOf(sessions));
			}),
			{ numRuns: 40 },
		);
	}, 120_000);

	test('keeps floats as binary, and says where', async () => {
		const { files } = await listZip(new File([await write([party])], 'party.confab'));
		const sizes = new Map(files.map(({ path, size }) => [path, size]));
		expect(sizes.get('sessions/1/run-1.f32')).toBe(6 * 64 * 25 * 4);
		const run = files.find(({ path }) => path === 'sessions/1/run-1.json');
		const text = (await (await run?.open())?.text()) ?? '';
		expect(text).toContain('"probabilities":{"start":1600,"length":1600}');
	});

	test('is the same, byte by byte, of the same sessions', async () => {
		const [first, second] = await Promise.all([write([party]), write([party])]);
		expect(new Uint8Array(await first.arrayBuffer())).toEqual(
			new Uint8Array(await second.arrayBuffer()),
		);
	});

	test('tells how far it is, and stops when it is told to', async () => {
		const steps: Progress[] = [];
		const onProgress = (progress: Progress): void => void steps.push(progress);
		const project = await writeProject(each([party]), 1, { onProgress });
		for await (const { sessionId } of readProject(project, { onProgress })) {
			expect(sessionId).toBe('party-id');
		}
		expect(steps.map(({ stage, done, total }) => [stage, done, total])).toEqual([
			['export', 0, 1],
			['export', 1, 1],
			['import', 0, 1],
		]);
		const signal = AbortSignal.abort();
		await expect(writeProject(each([party]), 1, { signal })).rejects.toThrow(/abort/iu);
		await expect(readProject(project, { signal }).next()).rejects.toThrow(/abort/iu);
	});

	test('of nothing is refused', async () => {
		await expect(write([])).rejects.toMatchObject({ code: 'InvalidSession' });
	});

	test('is known by its name', () => {
		expect(['a.confab', 'a/B.CONFAB', 'a.zip', 'confab'].map(isProjectName)).toEqual([
			true,
			true,
			false,
			false,
		]);
	});
});

/** Maps with their keys in order, and fields that are there, which comparing alone does not look at. */
function keysInOrder({ runs, editions, reference }: ProjectSession): unknown {
	return [
		runs.map(({ result: { conversations, scores } }) => [
			[...conversations.clusters.keys()],
			[...(scores?.perSpeaker.keys() ?? [])],
		]),
		editions.map(({ edition }) => [...edition.speakerNames.keys()]),
		[...(reference?.labels.transcripts.keys() ?? [])],
	];
}

describe('a project that is not as it should be', () => {
	type Change = (json: never) => unknown;

	/** The party's archive, with some of its files changed, left out (null) or put in. */
	async function changed(changes: Readonly<Record<string, Change | null>>): Promise<File> {
		const { files } = await listZip(new File([await write([party])], 'party.confab'));
		const dropped: DroppedFile[] = [];
		for (const { path, open } of files) {
			const change = changes[path];
			if (change === null) continue;
			const blob = await open();
			const text = change && JSON.stringify(change(JSON.parse(await blob.text()) as never));
			dropped.push({ path, file: new File([text ?? blob], path) });
		}
		return (await archiveOf('party.confab', dropped)).file;
	}

	test('is taken unchanged', async () => {
		expect(await refusal(await changed({}))).toBe('taken');
	});

	test('of the version before, without layers and ids of runs, is taken with its editions', async () => {
		const before = ({ runId, layers, ...json }: { runId: string; layers: [] }): object => {
			expect([runId, layers]).not.toContain(undefined);
			return json;
		};
		const project = await changed({
			'confab.json': (json: object) => ({ ...json, version: 1 }),
			'sessions/1/run-1.json': before,
			'sessions/1/run-2.json': before,
		});
		expect(await read(project)).toStrictEqual([party]);
	});

	test('of a newer version is refused in plain words', async () => {
		const project = await changed({
			'confab.json': (json: object) => ({ ...json, version: 3, anything: 'else' }),
		});
		expect(await refusal(project)).toMatchObject({
			code: 'InvalidSession',
			message: expect.stringContaining('made by a newer version of Confab') as string,
		});
	});

	test.each<[string, Record<string, Change | null>, object]>([
		[
			'a field of another type',
			{ 'sessions/1/run-1.json': (json: object) => ({ ...json, durationSeconds: 'long' }) },
			{ file: 'sessions/1/run-1.json', field: 'durationSeconds' },
		],
		[
			'a field that is missing',
			{
				'sessions/1/edition-1.json': (json: { cues: object[] }) => ({
					...json,
					cues: [...json.cues.slice(0, 2), { ...json.cues[2], text: undefined }],
				}),
			},
			{ file: 'sessions/1/edition-1.json', field: 'cues.2.text', message: 'is missing' },
		],
		[
			'a field that is not known',
			{ 'sessions/1/session.json': (json: object) => ({ ...json, colour: 'red' }) },
			{ file: 'sessions/1/session.json', field: 'colour', message: 'is not known' },
		],
		[
			'floats that are not there',
			{
				'sessions/1/run-1.json': (json: { speakers: { activity: object }[] }) => ({
					...json,
					speakers: json.speakers.slice(0, 1).map((speaker) => ({
						...speaker,
						activity: { ...speaker.activity, probabilities: { start: 9000, length: 601 } },
					})),
				}),
			},
			{ file: 'sessions/1/run-1.json', field: 'speakers.0.activity.probabilities' },
		],
		[
			'a key twice',
			{
				'sessions/1/edition-1.json': (json: { clusters: unknown[] }) => ({
					...json,
					clusters: [...json.clusters, json.clusters[0]],
				}),
			},
			{ file: 'sessions/1/edition-1.json', field: 'clusters' },
		],
		[
			'a file that is missing',
			{ 'sessions/1/run-2.f32': null },
			{ file: 'sessions/1/run-2.f32', message: 'is missing' },
		],
		[
			'a run of another session',
			{ 'sessions/1/run-1.json': (json: object) => ({ ...json, sessionId: 'other' }) },
			{ file: 'sessions/1/run-1.json', field: 'sessionId' },
		],
		[
			'two runs with the same id',
			{
				'sessions/1/run-2.json': (json: object) => ({ ...json, runId: result.runId }),
			},
			{ file: 'sessions/1/session.json', field: 'runs.1' },
		],
		[
			'an edition of no run',
			{ 'sessions/1/edition-1.json': (json: object) => ({ ...json, runId: 'none' }) },
			{ file: 'sessions/1/edition-1.json', field: 'runId' },
		],
		[
			'cues with the same id',
			{
				'sessions/1/edition-1.json': (json: { cues: object[] }) => ({
					...json,
					cues: json.cues.map((cue) => ({ ...cue, id: '0' })),
				}),
			},
			{ file: 'sessions/1/edition-1.json', field: 'cues' },
		],
		[
			'a session twice',
			{
				'confab.json': (json: { sessions: object[] }) => ({
					...json,
					sessions: [json.sessions[0], { ...json.sessions[0], folder: 'sessions/2' }],
				}),
			},
			{ file: 'confab.json', field: 'sessions.1.sessionId' },
		],
		[
			'a folder outside',
			{
				'confab.json': (json: { sessions: object[] }) => ({
					...json,
					sessions: [{ ...json.sessions[0], folder: '../1' }],
				}),
			},
			{ file: 'confab.json', field: 'sessions.0.folder' },
		],
		[
			'another name in the list',
			{
				'confab.json': (json: { sessions: object[] }) => ({
					...json,
					sessions: [{ ...json.sessions[0], sessionId: 'other' }],
				}),
			},
			{ file: 'sessions/1/session.json', field: 'sessionId' },
		],
		[
			'no manifest',
			{ 'confab.json': null },
			{ file: 'party.confab', message: expect.stringContaining('no project') as string },
		],
	])('%s is named', async (_what, changes, problem) => {
		expect(await refusal(await changed(changes))).toMatchObject({
			code: 'InvalidSession',
			message: expect.stringContaining('party.confab cannot be taken in') as string,
			problems: [problem],
		});
	});

	test('is told when it is no archive, or cut short', async () => {
		const whole = await write([party]);
		const noArchive = await refusal(new File(['hello'], 'party.confab'));
		expect(noArchive).toMatchObject({ code: 'InvalidSession' });
		const cut = await refusal(
			new File([whole.slice(0, Math.floor(whole.size / 2))], 'party.confab'),
		);
		expect(cut).toMatchObject({ code: 'InvalidSession' });
	});
});

describe('a project with the recording', () => {
	const dropped = fixtureSession({
		name: 'dinner',
		recording: noise(300_000),
		speakers: [
			{
				id: 'spk_0',
				tracks: [{ video: noise(5000, 2), activity: { '0': 1 } }],
				reference: 'WEBVTT',
			},
			{ id: 'spk_1', tracks: [{ video: noise(5000, 3), lips: noise(800, 4) }] },
		],
		conversations: { spk_0: 0, spk_1: 0 },
	});

	async function recorded(): Promise<ProjectSession & { readonly recording: Session }> {
		const [recording] = (await readSessions(dropped)).sessions;
		if (!recording) throw new Error('no session');
		const { id } = recording;
		const run = { result: fakeResult(fakeSession('dinner', id)), finishedAt: 1 };
		return { ...party, sessionId: id, runs: [run], editions: [], recording };
	}

	test('gives the same session back, byte for byte', async () => {
		const out = await recorded();
		const [back] = await read(await write([out, party]));
		expect({ ...back?.recording, files: [] }).toMatchObject({
			id: out.sessionId,
			name: 'party',
			labels: { conversations: new Map(Object.entries({ spk_0: 0, spk_1: 0 })) },
			problems: [],
		});
		const files = back?.recording?.files ?? [];
		expect(files.map(({ path }) => path).sort()).toEqual(
			dropped.map(({ path }) => path.replace('dinner/', '')).sort(),
		);
		for (const { path, open } of files) {
			const from = dropped.find((file) => file.path === `dinner/${path}`);
			expect(new Uint8Array(await (await open()).arrayBuffer()), path).toEqual(
				new Uint8Array((await from?.file.arrayBuffer()) ?? []),
			);
		}
	});

	test('gives a recording without metadata back, with what lay beside it', async () => {
		const rttm = 'SPEAKER talk 1 0.5 1.25 <NA> <NA> ann <NA> <NA>\n';
		const files = [droppedFile('a/talk.mp3', noise(700)), droppedFile('a/talk.rttm', rttm)];
		const [recording] = (await readSessions(files)).sessions;
		if (!recording) throw new Error('no recording');
		const run = { result: fakeResult(fakeSession('talk', recording.id)), finishedAt: 1 };
		const out = { ...party, sessionId: recording.id, runs: [run], editions: [], recording };
		const [back] = await read(await write([out]));
		expect(back?.recording).toMatchObject({
			id: recording.id,
			cast: 'found',
			recording: { path: 'talk.mp3', size: 700 },
			labels: { turns: new Map([['ann', [{ startSeconds: 0.5, endSeconds: 1.75 }]]]) },
		});
	});

	test('has it as it is: where it lies it can be read', async () => {
		const project = await write([await recorded()]);
		const video = noise(300_000);
		const bytes = Buffer.from(await project.arrayBuffer());
		expect(bytes.indexOf(Buffer.from(video))).toBeGreaterThan(0);
	});

	test('tells how far the recording is', async () => {
		const parts: number[] = [];
		await writeProject(each([await recorded(), party]), 2, {
			onProgress: ({ done }) => void parts.push(done),
		});
		expect(parts).toEqual(parts.toSorted((a, b) => a - b));
		expect(parts.some((done) => done > 0 && done < 1)).toBe(true);
		expect(parts.at(-1)).toBe(2);
	});

	test('that is of another session is refused', async () => {
		const { recording } = await recorded();
		const project = await write([{ ...party, recording }]);
		expect(await refusal(project)).toMatchObject({
			code: 'InvalidSession',
			problems: [{ file: 'sessions/1/media', message: 'is of another session than its results' }],
		});
	});

	test('with a file missing from it is refused', async () => {
		const { files } = await listZip(new File([await write([await recorded()])], 'party.confab'));
		const left: DroppedFile[] = [];
		for (const { path, open } of files) {
			if (path.endsWith('spk_1/central_crops/track_00.mp4')) continue;
			left.push({ path, file: new File([await open()], path) });
		}
		expect(await refusal((await archiveOf('party.confab', left)).file)).toMatchObject({
			code: 'InvalidSession',
			problems: [
				{
					file: 'sessions/1/media/speakers/spk_1/central_crops/track_00.mp4',
					message: 'is missing',
				},
			],
		});
	});

	test('that cannot be read any more is told, with the file', async () => {
		const out = await recorded();
		const [first, ...others] = out.recording.files;
		if (!first) throw new Error('no file');
		const problems = [{ file: first.path, message: 'is gone' }];
		const open = () => Promise.reject(new ConfabError('InvalidSession', 'gone', { problems }));
		const files = [{ ...first, open }, ...others];
		await expect(write([{ ...out, recording: { ...out.recording, files } }])).rejects.toMatchObject(
			{
				problems: [{ file: first.path }],
			},
		);
	});
});
