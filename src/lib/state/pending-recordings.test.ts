import { expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { droppedFile } from '../../../tests/fixtures/session.ts';
import type { SourceFile } from '../domain/session.ts';
import type { MediaDescription } from '../media/media-description.ts';
import { AppState } from './app-state.svelte.ts';

/** Notes which sound track each description is of. */
class Describing extends FakeClient {
	readonly described: (number | undefined)[] = [];
	override async describe(file?: SourceFile): Promise<MediaDescription> {
		this.described.push(file?.audioTrack);
		return super.describe();
	}
}

function appOf(client: FakeClient): AppState {
	return new AppState(client, { kept: null, clock: () => 0 });
}

const talk = () => ({ files: [droppedFile('talk.mp4', 'film')], problems: [] });

test('another sound track makes another recording of it, which is looked at again and run', async () => {
	const client = new Describing();
	const app = appOf(client);
	await app.intake.take(talk);
	const [recording] = app.pending.all;
	if (!recording) throw new Error('no recording waits');
	await expect.poll(() => recording.ready).toBe(true);
	expect(recording.soundTrack).toBeNull();
	await recording.hear(1);
	expect(client.described).toEqual([undefined, 1]);
	expect(recording.soundTrack).toBe(1);
	// Dropped again, it is the one that waits already.
	await app.intake.take(talk);
	expect(app.pending.all).toEqual([recording]);

	const job = app.pending.start(recording);
	expect(job.session.id).not.toBe(idOf('talk.mp4'));
	expect(job.session.recording?.audioTrack).toBe(1);
	expect(app.held.get(job.session.id)).toBe(job.session);

	// Dropped while its result is looked at, it is held as that one hears it, and does not wait.
	app.held.release(job.session.id);
	await app.intake.take(talk, {}, job.session.id);
	expect(app.held.get(job.session.id)?.recording?.audioTrack).toBe(1);
	expect(app.pending.all).toEqual([]);
});

test('the default sound track again is the recording as it was dropped', async () => {
	const app = appOf(new Describing());
	await app.intake.take(talk);
	const [recording] = app.pending.all;
	await recording?.hear(1);
	await recording?.hear(null);
	expect(recording?.session.id).toBe(idOf('talk.mp4'));
	expect(recording?.session.recording).not.toHaveProperty('audioTrack');
});
