import { expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import {
	droppedFile,
	droppedJson,
	fixtureSession,
	fixtureSpeakers,
} from '../../../tests/fixtures/session.ts';
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
		{ name: 'party', ok: false, reason: 'The worker stopped.', peakBytes: null },
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

test('settings are parsed, not trusted', async () => {
	const settings = { speechActivity: 'guessed' };
	await expect(runHeadless(new FakeClient(), party, { ...asked, settings })).rejects.toThrow();
});
