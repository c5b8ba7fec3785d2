import { expect, test, vi } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import { fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { defaultSettings } from '../domain/settings.ts';
import { ConfabError } from '../support/errors.ts';
import { JobQueue } from './job-queue.svelte.ts';
import type { Job } from './job.svelte.ts';

function queueOf(client = new FakeClient()) {
	let now = 0;
	const ended: Job[] = [];
	const queue = new JobQueue(
		client,
		() => (now += 0.01),
		(job) => ended.push(job),
	);
	return { queue, ended, client };
}

vi.setConfig({ testTimeout: 60_000 });

const party = fakeSession('party', 'id-party');
const dinner = fakeSession('dinner', 'id-dinner');

test('runs one job at a time, in order', async () => {
	const { queue, ended } = queueOf();
	const first = queue.add(party, defaultSettings);
	const second = queue.add(dinner, defaultSettings);
	expect([first.status, second.status]).toEqual(['running', 'waiting']);
	expect(queue.placeOf(second)).toBe(1);
	await expect.poll(() => first.status).toBe('done');
	expect(second.status).not.toBe('done');
	await expect.poll(() => second.status).toBe('done');
	expect(ended).toEqual([first, second]);
	expect(first.result?.sessionName).toBe('party');
	expect(first.fraction).toBe(1);
});

test('progress never goes back, and models and stages are told', async () => {
	const { queue } = queueOf();
	const job = queue.add(party, defaultSettings);
	const seen: number[] = [];
	while (job.open) {
		seen.push(job.fraction);
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
	expect(seen).toEqual([...seen].sort((a, b) => a - b));
	expect(seen.some((fraction) => fraction > 0 && fraction < 1)).toBe(true);
	expect(job.models.map((use) => use.id)).toContain('light-asd');
	expect(job.stages.every((stage) => stage.status === 'done')).toBe(true);
});

test('cancel, then go on: what was done comes from the store', async () => {
	const { queue } = queueOf();
	const job = queue.add(party, defaultSettings);
	// The stage lasts a few milliseconds: look often enough to meet it.
	await vi.waitFor(() => expect(job.stages[1]?.status).toBe('running'), {
		timeout: 120_000,
		interval: 1,
	});
	job.cancel();
	expect(job.status).toBe('cancelling');
	await expect.poll(() => job.status).toBe('cancelled');
	expect(job.error).toBeNull();

	queue.retry(job);
	await expect.poll(() => job.status).toBe('done');
	expect(job.stages[0]).toMatchObject({ id: 'decode', fromStore: true });
	expect(job.stages[1]).toMatchObject({ id: 'activity', fromStore: false });
});

test('a waiting job is cancelled at once and the next one runs', async () => {
	const { queue } = queueOf();
	const first = queue.add(party, defaultSettings);
	const second = queue.add(dinner, defaultSettings);
	const third = queue.add(fakeSession('lunch', 'id-lunch'), defaultSettings);
	second.cancel();
	expect(second.status).toBe('cancelled');
	first.cancel();
	await expect.poll(() => third.status).toBe('done');
	expect(second.result).toBeNull();
});

test('a failed job keeps its error and does not hold up the next', async () => {
	const error = new ConfabError('StorageFull', 'no room');
	const { queue } = queueOf(new FakeClient({ failAt: { stage: 'lips', error } }));
	const first = queue.add(party, defaultSettings);
	const second = queue.add(dinner, defaultSettings);
	await expect.poll(() => second.status).toBe('failed');
	expect(first.error).toBe(error);
	expect(first.stages[2]?.status).toBe('done');
});

test('the same session with the same settings gets in line once', () => {
	const { queue } = queueOf();
	const job = queue.add(party, defaultSettings);
	expect(queue.add(party, { ...defaultSettings })).toBe(job);
	expect(queue.add(party, { ...defaultSettings, recompute: true })).not.toBe(job);
	expect(queue.add(party, { ...defaultSettings, detector: 'embedded' })).not.toBe(job);
	queue.cancelAll();
});

test('only ended jobs can be taken off the list', async () => {
	const { queue } = queueOf();
	const job = queue.add(party, defaultSettings);
	queue.dismiss(job);
	expect(queue.jobs).toEqual([job]);
	job.cancel();
	await expect.poll(() => job.status).toBe('cancelled');
	queue.dismiss(job);
	expect(queue.find(job.id)).toBeNull();
});
