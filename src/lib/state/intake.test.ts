import { expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import { untilAborted } from '../support/abort.ts';
import { ConfabError } from '../support/errors.ts';
import { AppState } from './app-state.svelte.ts';
import type { ListFiles } from './intake.svelte.ts';

function appOf(client = new FakeClient()) {
	return new AppState(client, { kept: null, clock: () => 0 });
}

function listOf(...paths: string[]): ListFiles {
	return () => ({
		files: paths.map((path) => ({ path, file: new File(['x'], path) })),
		problems: [],
	});
}

test('every session of a drop gets in line and its files are held', async () => {
	const app = appOf();
	const jobs = await app.intake.take(listOf('party/metadata.json', 'dinner.zip'));
	expect(jobs.map((job) => job.session.name)).toEqual(['party', 'dinner']);
	expect(app.held.get(jobs[0]?.session.id ?? '')?.name).toBe('party');
	expect(app.intake.refusals).toEqual([]);
	expect(app.intake.reading).toBe(false);
});

test('the session whose result is looked at is held and does not run; others do', async () => {
	const app = appOf();
	const drop = listOf('party/metadata.json', 'dinner.zip');
	const jobs = await app.intake.take(drop, {}, 'made-up-party');
	expect(jobs.map((job) => job.session.name)).toEqual(['dinner']);
	expect(app.held.get('made-up-party')?.name).toBe('party');
	expect(app.held.get('made-up-dinner')?.name).toBe('dinner');
	expect(app.jobs.jobs).toHaveLength(1);
});

test('a drop that is partly wrong runs what is right and lists the rest', async () => {
	const app = appOf();
	const jobs = await app.intake.take(listOf('broken/metadata.json', 'party/metadata.json'));
	expect(jobs).toHaveLength(1);
	const [refusal] = app.intake.refusals;
	expect(refusal).toMatchObject({ names: ['broken', 'party'], sessionCount: 1, error: null });
	expect(refusal?.problems).toHaveLength(3);
});

test('refusals stay until they are dismissed, the latest first', async () => {
	const app = appOf();
	await app.intake.take(listOf('broken-1'));
	await app.intake.take(listOf('unreadable.zip'));
	expect(app.intake.refusals.map((refusal) => refusal.names[0])).toEqual([
		'unreadable.zip',
		'broken-1',
	]);
	expect(app.intake.refusals[0]?.error).toBeInstanceOf(ConfabError);
	for (const refusal of app.intake.refusals) app.intake.dismiss(refusal);
	expect(app.intake.refusals).toEqual([]);
});

test('what could not be listed is told, too', async () => {
	const app = appOf();
	const problems = [{ file: 'party/x.mp4', message: 'cannot be read' }];
	await app.intake.take(() => ({ files: [], problems }));
	expect(app.intake.refusals[0]?.problems).toEqual(problems);
});

test('nothing in a drop is a refusal', async () => {
	const app = appOf();
	expect(await app.intake.take(listOf())).toEqual([]);
	expect(app.intake.refusals).toHaveLength(1);
});

test('cancelling is no refusal, and the next drop is read', async () => {
	const app = appOf();
	let asked: AbortSignal | undefined;
	const taken = app.intake.take((signal) => {
		asked = signal;
		return untilAborted(new Promise(() => undefined), signal);
	});
	await expect.poll(() => asked).toBeDefined();
	expect(app.intake.reading).toBe(true);
	app.intake.cancel();
	expect(asked?.aborted).toBe(true);
	expect(await taken).toEqual([]);
	expect(app.intake.refusals).toEqual([]);
	expect(await app.intake.take(listOf('party'))).toHaveLength(1);
});

test('settings in force at the drop go with the job', async () => {
	const app = appOf();
	app.settings.change({ conversations: 'baseline' });
	const [job] = await app.intake.take(listOf('party'));
	app.settings.reset();
	expect(job?.settings.conversations).toBe('baseline');
});

test('a finished run shows up in the library, and can be forgotten', async () => {
	const app = appOf();
	const [job] = await app.intake.take(listOf('party'));
	await expect.poll(() => app.library.records).toHaveLength(1);
	const id = job?.session.id ?? '';
	app.held.showFaces(id);
	await app.forget(id);
	expect(app.library.records).toEqual([]);
	expect(app.held.get(id)).toBeNull();
	expect(app.held.facesShown(id)).toBe(false);
});
