import { describe, expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { fakeSession } from '../../../tests/fixtures/fake-session.ts';
import type { Session } from '../domain/session.ts';
import { untilAborted } from '../support/abort.ts';
import { ConfabError } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import { AppState } from './app-state.svelte.ts';
import { HeldSessions } from './held-sessions.svelte.ts';
import { Projects } from './projects.svelte.ts';

const client = new FakeClient({ past: ['party', 'dinner'] });

function appOf(over: FakeClient): AppState {
	return new AppState(over, { kept: null, clock: () => 0 });
}

function projectFile(name: string, ...sessionIds: string[]): File {
	return new File([sessionIds.join('\n')], name);
}

describe('on the way out', () => {
	test('a file is made of the sessions', async () => {
		const projects = new Projects(client, new HeldSessions());
		const packing = projects.pack([idOf('party'), idOf('dinner')]);
		expect(projects.packing).toBe(true);
		expect(await projects.pack([idOf('party')])).toBeNull();
		expect(await (await packing)?.text()).toBe(`${idOf('party')}\n${idOf('dinner')}`);
		expect([projects.packing, projects.error]).toEqual([false, null]);
	});

	test('cancelling is no error, and the next one is made', async () => {
		class Slow extends FakeClient {
			slow = true;
			override exportProject(
				ids: readonly string[],
				_recordings: readonly Session[] = [],
				options: SlowOptions = {},
			): Promise<Blob> {
				if (!this.slow) return super.exportProject(ids);
				options.onProgress?.({ stage: 'export', done: 1, total: 2, unit: 'sessions' });
				return untilAborted(new Promise<Blob>(() => undefined), options.signal);
			}
		}
		const slow = new Slow();
		const projects = new Projects(slow, new HeldSessions());
		const packing = projects.pack(['a']);
		expect(projects.progress).toMatchObject({ done: 1, total: 2 });
		projects.cancel();
		expect(await packing).toBeNull();
		expect([projects.error, projects.progress]).toEqual([null, null]);
		slow.slow = false;
		expect(await projects.pack(['a'])).toBeInstanceOf(Blob);
	});

	test('what went wrong is told until the next is made', async () => {
		class Broken extends FakeClient {
			override exportProject(): Promise<never> {
				return Promise.reject(new ConfabError('InvalidSession', 'nothing there'));
			}
		}
		const projects = new Projects(new Broken(), new HeldSessions());
		expect(await projects.pack([])).toBeNull();
		expect(projects.error).toMatchObject({ message: 'nothing there' });
	});
});

describe('recordings', () => {
	test('go along where they are at hand and wanted', async () => {
		const held = new HeldSessions();
		held.hold(fakeSession('party', idOf('party')));
		const projects = new Projects(client, held);
		const ids = [idOf('party'), idOf('dinner')];
		expect(projects.recordingsOf(ids).map(({ name }) => name)).toEqual(['party']);
		expect(await (await projects.pack(ids))?.text()).toBe(ids.join('\n'));
		projects.withRecordings = true;
		expect(await (await projects.pack(ids))?.text()).toBe(`+${ids.join('\n')}`);
	});

	test('that came with a project are at hand', async () => {
		const app = appOf(new FakeClient());
		const file = projectFile('mine.confab', '+a', 'b');
		await app.intake.take(() => ({ files: [{ path: file.name, file }], problems: [] }));
		expect([app.held.get('a')?.id, app.held.get('b')]).toEqual(['a', null]);
	});
});

describe('a project that is dropped', () => {
	test('goes into the library, beside the sessions of the same drop', async () => {
		const app = appOf(new FakeClient());
		let read = 0;
		app.client.listSessions = () => {
			read += 1;
			return Promise.resolve([]);
		};
		const project = projectFile('Mine.CONFAB', 'a', 'b');
		const folder = { path: 'party/metadata.json', file: new File(['{}'], 'metadata.json') };
		const files = [{ path: 'Mine.CONFAB', file: project }, folder];
		const jobs = await app.intake.take(() => ({ files, problems: [] }));
		expect(jobs.map(({ session }) => session.name)).toEqual(['party']);
		expect(app.projects.arrivals).toMatchObject([{ name: 'Mine.CONFAB', sessionIds: ['a', 'b'] }]);
		expect(app.intake.refusals).toEqual([]);
		expect(read).toBeGreaterThan(0);
	});

	test('alone is no drop without a session', async () => {
		const app = appOf(new FakeClient());
		const files = [{ path: 'mine.confab', file: projectFile('mine.confab', 'a') }];
		expect(await app.intake.take(() => ({ files, problems: [] }))).toEqual([]);
		expect(app.intake.refusals).toEqual([]);
		const [arrival] = app.projects.arrivals;
		if (arrival) app.projects.dismiss(arrival);
		expect(app.projects.arrivals).toEqual([]);
	});

	test('and is none is refused, which does not cost what was dropped beside it', async () => {
		class Broken extends FakeClient {
			override importProject(): Promise<never> {
				const problems = [{ file: 'confab.json', field: 'version', message: 'is missing' }];
				return Promise.reject(new ConfabError('InvalidSession', 'not taken', { problems }));
			}
		}
		const app = appOf(new Broken());
		const files = [
			{ path: 'a.confab', file: projectFile('a.confab') },
			{ path: 'party.zip', file: new File(['x'], 'party.zip') },
		];
		const jobs = await app.intake.take(() => ({ files, problems: [] }));
		expect(jobs).toHaveLength(1);
		expect(app.intake.refusals).toMatchObject([
			{ names: ['a.confab'], problems: [{ field: 'version' }], sessionCount: 0 },
		]);
	});

	test('can be cancelled', async () => {
		class Slow extends FakeClient {
			override importProject(_file: Blob, options: SlowOptions = {}): Promise<never> {
				return untilAborted(new Promise<never>(() => undefined), options.signal);
			}
		}
		const app = appOf(new Slow());
		const files = [{ path: 'a.confab', file: projectFile('a.confab') }];
		const taking = app.intake.take(() => ({ files, problems: [] }));
		await new Promise((later) => setTimeout(later, 5));
		app.intake.cancel();
		expect(await taking).toEqual([]);
		expect([app.intake.refusals, app.intake.reading]).toEqual([[], false]);
	});
});
