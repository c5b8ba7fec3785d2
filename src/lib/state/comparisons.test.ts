import { describe, expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { defaultSettings } from '../domain/settings.ts';
import { runIdOf } from '../domain/run-id.ts';
import type { SessionResult } from '../domain/result.ts';
import type { Labels } from '../domain/session.ts';
import { documentOf } from '../editing/document-of.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { moveSpeaker } from '../editing/names.ts';
import { scoreSession } from '../evaluation/session-scores.ts';
import { scoredSpeech } from '../formats/index.ts';
import { ConfabError } from '../support/errors.ts';
import { present } from '../support/assert.ts';
import { LabelComparison } from './label-comparison.svelte.ts';
import { RunComparison } from './run-comparison.svelte.ts';

const sessionId = idOf('party');
const whisper = runIdOf({ ...defaultSettings, recogniser: 'whisper-tiny' });
const embedded = runIdOf(defaultSettings);

async function opened(client = new FakeClient({ past: ['party'], recognisers: ['whisper-tiny'] })) {
	const result = present(await client.loadRun(sessionId, embedded), 'run');
	const labels = present(await client.loadReference(sessionId), 'labels');
	const edition = firstEdition(result);
	return { client, result, labels, edition, document: documentOf(result, edition) };
}

/** As the run itself scores. */
function official(result: SessionResult, labels: Labels) {
	const written = result.speakers.map(
		({ speakerId, uem, transcript }) => [speakerId, scoredSpeech(transcript.cues, uem)] as const,
	);
	const speakers = result.speakers.map(({ speakerId, uem }) => ({ id: speakerId, uem }));
	return scoreSession(labels, new Map(written), result.conversations.clusters, speakers);
}

describe('against labels', () => {
	test('an untouched run has the scores that it would be given, and no other beside', async () => {
		const { result, labels, document } = await opened();
		const comparison = new LabelComparison(result, labels);
		expect(comparison.status).toBe('working');
		await comparison.compare(document);
		expect(comparison.status).toBe('ready');
		expect(comparison.current?.scores).toEqual(official(result, labels));
		expect(comparison.current?.scores.wer).toBeGreaterThan(0.02);
		expect(comparison.machine).toBeNull();
		expect([...(comparison.current?.speakers.keys() ?? [])]).not.toContain('spk_4');
	});

	test('what a person changed is scored, the machine’s own stays beside it', async () => {
		const { result, labels, edition } = await opened();
		const comparison = new LabelComparison(result, labels);
		const cues = edition.cues.map((cue) =>
			cue.speakerId === 'spk_0' ? { ...cue, text: 'all wrong', words: [], edited: true } : cue,
		);
		await comparison.compare(documentOf(result, { ...edition, cues }));
		const own = official(result, labels);
		expect(comparison.machine?.scores).toEqual(own);
		const { scores } = present(comparison.current, 'scores');
		expect(scores.perSpeaker.get('spk_0')?.wer).toBeGreaterThan(0.9);
		expect(scores.perSpeaker.get('spk_1')).toEqual(own.perSpeaker.get('spk_1'));
		await comparison.compare(documentOf(result, edition));
		expect(comparison.machine).toBeNull();
	});

	test('a moved speaker changes F1 and leaves the words as they are', async () => {
		const { result, labels, edition, document } = await opened();
		const comparison = new LabelComparison(result, labels);
		await comparison.compare(document);
		const before = present(comparison.current, 'scores');
		await comparison.compare(documentOf(result, moveSpeaker(edition, 'spk_0', 1)));
		const after = present(comparison.current, 'scores');
		expect(after.scores.f1).toBeLessThan(present(before.scores.f1, 'F1'));
		// Not aligned again.
		expect(after.speakers.get('spk_0')).toBe(before.speakers.get('spk_0'));
	});

	test('the later of two documents wins, and stopping can be made good', async () => {
		const { result, labels, edition, document } = await opened();
		const comparison = new LabelComparison(result, labels);
		const moved = documentOf(result, moveSpeaker(edition, 'spk_0', 1));
		await Promise.all([comparison.compare(moved), comparison.compare(document)]);
		expect(comparison.current?.scores.f1).toBe(1);
		const stopped = comparison.compare(moved);
		comparison.stop();
		await stopped;
		expect(comparison.current?.scores.f1).toBe(1);
		await comparison.compare(moved);
		expect(comparison.status).toBe('ready');
		expect(comparison.current?.scores.f1).toBeLessThan(1);
	});
});

describe('against another run', () => {
	test('knows which others there are', async () => {
		const { client } = await opened();
		const runs = new RunComparison(client, sessionId, embedded);
		expect(runs.runs).toBeNull();
		await runs.load();
		expect(runs.runs?.map(({ runId }) => runId)).toEqual([embedded, whisper]);
		expect(runs.others.map(({ runId }) => runId)).toEqual([whisper]);
	});

	test('puts words and scores side by side', async () => {
		const { client, document, labels, result } = await opened();
		const runs = new RunComparison(client, sessionId, embedded);
		await runs.compare(document, whisper, labels);
		expect(runs.status).toBe('ready');
		const other = present(runs.other, 'other run');
		expect(other.result.settings.recogniser).toBe('whisper-tiny');
		expect(other.scores?.open.scores).toEqual(official(result, labels));
		expect(other.scores?.other.scores).toEqual(official(other.result, labels));
		const pairs = [...other.words.values()].flatMap((words) => words.pairs);
		expect(new Set(pairs.map(({ kind }) => kind)).size).toBe(4);
		const open = pairs.flatMap(({ reference }) => reference ?? []).length;
		const said = document.speakers.flatMap(({ cues }) => cues.flatMap(({ words }) => words));
		expect(open).toBe(said.length);
	});

	test('without a truth there are words alone; a run that is gone is missing', async () => {
		const { client, document } = await opened();
		const runs = new RunComparison(client, sessionId, embedded);
		await runs.compare(document, whisper, null);
		expect(runs.other?.scores).toBeNull();
		await runs.compare(document, 'nobody', null);
		expect([runs.status, runs.other]).toEqual(['missing', null]);
		await runs.compare(document, null, null);
		expect(runs.status).toBe('none');
	});

	test('with an edition of its own', async () => {
		const { client, document } = await opened();
		const other = present(await client.loadRun(sessionId, whisper), 'run');
		await client.saveEdition(moveSpeaker(firstEdition(other), 'spk_0', 1));
		const runs = new RunComparison(client, sessionId, embedded);
		await runs.compare(document, whisper, null);
		expect(runs.other?.document.speakers[0]?.conversation).toBe(1);
	});

	test('one that is deleted is gone', async () => {
		const { client } = await opened();
		const runs = new RunComparison(client, sessionId, embedded);
		await runs.load();
		await runs.remove(whisper);
		expect(runs.others).toEqual([]);
		expect(await client.loadRun(sessionId, whisper)).toBeNull();
	});

	test('a store that fails says so, and a second try goes through', async () => {
		class Broken extends FakeClient {
			broken = true;
			override loadRun(id: string, runId: string | null) {
				if (!this.broken) return super.loadRun(id, runId);
				return Promise.reject(new ConfabError('StorageFull', 'barred'));
			}
		}
		const { document } = await opened();
		const client = new Broken({ past: ['party'], recognisers: ['whisper-tiny'] });
		const runs = new RunComparison(client, sessionId, embedded);
		await runs.compare(document, whisper, null);
		expect(runs.status).toBe('failed');
		expect(runs.error).toBeInstanceOf(ConfabError);
		client.broken = false;
		await runs.compare(document, whisper, null);
		expect(runs.status).toBe('ready');
	});
});
