import { describe, expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import {
	droppedFile,
	droppedJson,
	fixtureSession,
	fixtureSpeakers,
} from '../../../tests/fixtures/session.ts';
import type { Session } from '../domain/session.ts';
import { defaultSettings, recordingSettings, type RunSettings } from '../domain/settings.ts';
import type { MediaDescription } from '../media/media-description.ts';
import { ConfabError } from '../support/errors.ts';
import { runHeadless, type PageMemory } from './headless.ts';

const unseen: PageMemory = {
	reset: () => Promise.resolve(),
	peakBytes: () => Promise.resolve(null),
};
const asked = { settings: {}, score: false, onLine: () => undefined, memory: unseen };
const party = fixtureSession({ name: 'party', speakers: fixtureSpeakers(2) });

test('runs every session and gives its files', async () => {
	const dinner = fixtureSession({ name: 'dinner', speakers: fixtureSpeakers(3) });
	const lines: string[] = [];
	const onLine = (line: string): void => void lines.push(line);
	const { sessions } = await runHeadless(new FakeClient(), [...party, ...dinner], {
		...asked,
		onLine,
	});
	expect(sessions.map(({ name, ok }) => [name, ok])).toEqual([
		['dinner', true],
		['party', true],
	]);
	expect(Object.keys(sessions[0]?.files ?? {})).toContain('speaker_to_cluster.json');
	expect(lines.some((line) => line.startsWith('dinner: activity done in'))).toBe(true);
});

test('a project file of each goes along when it is asked for', async () => {
	const { sessions } = await runHeadless(new FakeClient(), party, { ...asked, project: true });
	expect(atob(sessions[0]?.project ?? '')).toMatch(/^[0-9a-f]{64}$/);
	const [without] = (await runHeadless(new FakeClient(), party, asked)).sessions;
	expect(without).not.toHaveProperty('project');
});

test('what is no session, or fails, has its reason in one line, and the next one runs', async () => {
	const files = [droppedJson('broken/metadata.json', { spk_0: { central: 3 } }), ...party];
	const { sessions, problems } = await runHeadless(new FakeClient(), files, asked);
	expect(sessions).toMatchObject([
		{ name: 'broken', ok: false, reason: expect.stringContaining('spk_0.central') },
		{ name: 'party', ok: true },
	]);
	// Told once.
	expect(sessions[0]?.reason?.match(/expected/g)).toHaveLength(1);
	expect(problems).toEqual([]);
	const error = new ConfabError('DeviceLost', 'The worker\nstopped.');
	const failing = new FakeClient({ failAt: { stage: 'lips', error } });
	expect((await runHeadless(failing, party, asked)).sessions).toEqual([
		{ name: 'party', stem: 'party', ok: false, reason: 'The worker stopped.', peakBytes: null },
	]);
});

test('each session has its own peak of memory, from its beginning on', async () => {
	const dinner = fixtureSession({ name: 'dinner', speakers: fixtureSpeakers(3) });
	const told: string[] = [];
	let bytes = 0;
	const memory: PageMemory = {
		reset: () => Promise.resolve(void told.push('reset')),
		peakBytes: () => Promise.resolve((bytes += 100)),
	};
	class Watching extends FakeClient {
		override run(...given: Parameters<FakeClient['run']>): ReturnType<FakeClient['run']> {
			told.push(given[0].name);
			return super.run(...given);
		}
	}
	const files = [...party, ...dinner];
	const { sessions } = await runHeadless(new Watching(), files, { ...asked, memory });
	expect(told).toEqual(['reset', 'dinner', 'reset', 'party']);
	expect(sessions.map(({ peakBytes }) => peakBytes)).toEqual([100, 200]);
});

test('nothing of a session among the files is a problem of the input', async () => {
	const { sessions, problems } = await runHeadless(
		new FakeClient(),
		[droppedFile('notes.txt', 'nothing')],
		asked,
	);
	expect(sessions).toEqual([]);
	expect(problems[0]?.message).toContain('drop sound or video');
});

test('labels are only used when scores are asked for', async () => {
	const labelled = fixtureSession({
		name: 'party',
		speakers: fixtureSpeakers(2),
		conversations: { spk_0: 0, spk_1: 0 },
	});
	const seen: boolean[] = [];
	class Watching extends FakeClient {
		override run(...given: Parameters<FakeClient['run']>): ReturnType<FakeClient['run']> {
			seen.push(given[0].labels !== null);
			return super.run(...given);
		}
	}
	for (const score of [true, false]) {
		await runHeadless(new Watching(), labelled, { ...asked, score });
	}
	expect(seen).toEqual([true, false]);
});

test.each([
	{ speechActivity: 'guessed' },
	{ people: { least: 0, most: 2 } },
	{ people: { least: 2, most: 2.5 } },
])('settings are parsed, not trusted: %j', async (settings) => {
	await expect(runHeadless(new FakeClient(), party, { ...asked, settings })).rejects.toThrow();
});

/** Notes what it is asked to run. */
class Noting extends FakeClient {
	readonly runOf = new Map<string, { session: Session; settings: RunSettings }>();

	override run(...given: Parameters<FakeClient['run']>): ReturnType<FakeClient['run']> {
		const [session, settings] = given;
		this.runOf.set(session.name, { session, settings });
		return super.run(...given);
	}
}

test('what is not asked for is the default of a session, or of a recording', async () => {
	const files = [...party, droppedFile('talks/talk.wav', 'sound')];
	const byDefault = new Noting();
	await runHeadless(byDefault, files, asked);
	expect(byDefault.runOf.get('party')?.settings).toEqual(defaultSettings);
	expect(byDefault.runOf.get('talk')?.settings).toEqual(recordingSettings);
	const given = new Noting();
	const settings = { recogniser: 'whisper-tiny', people: { least: 2, most: 4 } };
	await runHeadless(given, files, { ...asked, settings });
	// Metadata say who is in a session.
	expect(given.runOf.get('party')?.settings).toEqual({
		...defaultSettings,
		recogniser: 'whisper-tiny',
	});
	expect(given.runOf.get('talk')?.settings).toEqual({ ...recordingSettings, ...settings });
});

test('a recording is scored against what lies beside it', async () => {
	const line = 'SPEAKER talk 1 0.5 1 <NA> <NA> Anna <NA> <NA>\n';
	const files = [droppedFile('talk.wav', 'sound'), droppedFile('talk.rttm', line)];
	for (const score of [true, false]) {
		const client = new Noting();
		await runHeadless(client, files, { ...asked, score });
		const labels = client.runOf.get('talk')?.session.labels;
		expect(labels?.turns && [...labels.turns.keys()]).toEqual(score ? ['Anna'] : undefined);
	}
});

test.each([
	['a picture', droppedFile('face.jpg', 'picture'), /is a picture/],
	['a document', droppedFile('notes.pdf', 'text'), /is a document/],
])('%s is no recording, and why is said', async (_what, file, reason) => {
	const { sessions, problems } = await runHeadless(new FakeClient(), [file], asked);
	expect(sessions).toEqual([]);
	expect(problems).toMatchObject([{ file: file.path, message: expect.stringMatching(reason) }]);
});

test('progress is a line of stage, subject and whole counts', async () => {
	const lines: string[] = [];
	class Counting extends FakeClient {
		override run(...given: Parameters<FakeClient['run']>): ReturnType<FakeClient['run']> {
			const progress = { stage: 'people', done: 12.34, total: 60.08, unit: 'seconds' } as const;
			given[2].onEvent({ kind: 'progress', stage: 'people', progress });
			return super.run(...given);
		}
	}
	const onLine = (line: string): void => void lines.push(line);
	await runHeadless(new Counting(), party, { ...asked, onLine });
	expect(lines[0]).toBe('party: people 12/60 seconds');
	expect(lines).toContain('party: activity spk_0 1600/1600 frames');
});

describe('a recording is looked at before it is run', () => {
	const english = { codec: 'aac', channels: 2, sampleRateHz: 48_000, language: 'eng' };
	const tracks = [
		{ ...english, isDefault: false },
		{ ...english, channels: 6, isDefault: true },
	];
	const film = droppedFile('talk.mkv', 'film');

	class Described extends Noting {
		readonly described: MediaDescription | ConfabError;
		constructor(described: Partial<MediaDescription> | ConfabError) {
			super();
			const plain = { durationSeconds: 60, video: null, offsetSeconds: 0, notes: [] };
			this.described =
				described instanceof ConfabError
					? described
					: { ...plain, audio: { tracks }, ...described };
		}
		override describe(): Promise<MediaDescription> {
			const { described } = this;
			return described instanceof ConfabError
				? Promise.reject(described)
				: Promise.resolve(described);
		}
	}

	async function outcome(described: Partial<MediaDescription> | ConfabError, settings = {}) {
		const lines: string[] = [];
		const client = new Described(described);
		const onLine = (line: string): void => void lines.push(line);
		const { sessions } = await runHeadless(client, [film], { ...asked, settings, onLine });
		return { lines, session: sessions[0], ran: client.runOf.get('talk')?.session };
	}

	test('what it is, and what is uncommon about it, is said', async () => {
		const { lines } = await outcome({ notes: ['There are 2 sound tracks; number 2 is used.'] });
		expect(lines.slice(0, 2)).toEqual([
			'talk: 1:00 · Sound · 6 channels, 48 kHz, AAC; one of 2 sound tracks',
			'talk: There are 2 sound tracks; number 2 is used.',
		]);
	});

	test('five hours are announced', async () => {
		const { lines } = await outcome({ durationSeconds: 18_000 });
		expect(lines[0]).toMatch(/^talk: 5:00:00 · /);
		expect(lines[1]).toMatch(/^talk: a long recording: takes [\d.]+ to [\d.]+ hours$/);
	});

	test('one that is too short does not run', async () => {
		const message = 'talk.mkv: the recording is 0.30 s long, too short: 0.5 s is the least';
		const { session, ran } = await outcome(new ConfabError('UnsupportedMedia', message));
		expect(session).toMatchObject({ ok: false, reason: message });
		expect(ran).toBeUndefined();
	});

	test('another sound track is heard where one is asked for', async () => {
		const byDefault = await outcome({});
		expect(byDefault.ran?.recording).not.toHaveProperty('audioTrack');
		const second = await outcome({}, { audioTrack: 2 });
		expect(second.ran?.id).toBe(byDefault.ran?.id);
		const first = await outcome({}, { audioTrack: 1 });
		expect(first.ran?.recording).toMatchObject({ audioTrack: 0 });
		expect(first.ran?.id).not.toBe(byDefault.ran?.id);
		expect(first.lines[0]).toContain('stereo, 48 kHz');
		const third = await outcome({}, { audioTrack: 3 });
		expect(third.ran).toBeUndefined();
		expect(third.session?.reason).toBe('talk.mkv has 2 sound tracks, so there is no number 3');
	});

	test('its output goes by a name that any system takes', async () => {
		const { sessions } = await runHeadless(
			new FakeClient(),
			[droppedFile('..evil\u202Egnp: 100% 👩‍👩‍👧.mp4', 'film')],
			asked,
		);
		expect(sessions[0]?.stem).toBe('_evilgnp_ 100% 👩‍👩‍👧');
	});
});
