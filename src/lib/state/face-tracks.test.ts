import { expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import { fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { type FacePath, facePathOf } from '../domain/face-path.ts';
import type { Session, Track } from '../domain/session.ts';
import { ConfabError } from '../support/errors.ts';
import { FaceTracks } from './face-tracks.svelte.ts';

/** Reads boxes of a second each, and writes down which. */
class Boxes extends FakeClient {
	readonly read: string[] = [];
	damaged = '';

	override facePath(track?: Track): Promise<FacePath | null> {
		if (!track) return Promise.resolve(null);
		this.read.push(track.id);
		if (track.id === this.damaged) {
			return Promise.reject(new ConfabError('InvalidSession', `${track.id}: is no list of boxes`));
		}
		const frame = Math.round(track.startSeconds * 25);
		const box = { x1: frame, y1: 0, x2: frame + 10, y2: 10 };
		return Promise.resolve(
			facePathOf(
				new Map([
					[frame, box],
					[frame + 25, box],
				]),
			),
		);
	}
}

function sessionOf(...starts: readonly number[]): Session {
	const session = fakeSession('a', 'b');
	const [speaker] = session.speakers;
	const [track] = speaker?.tracks ?? [];
	if (!speaker || !track) throw new Error('no speaker');
	const tracks = starts.map((startSeconds) => ({
		...track,
		id: `from ${startSeconds}`,
		startSeconds,
	}));
	return { ...session, speakers: [{ ...speaker, tracks }] };
}

test('boxes are read when one comes near, each once', async () => {
	const client = new Boxes();
	const faces = new FaceTracks(sessionOf(300, 0, 100), client);
	await faces.need(0);
	expect(client.read).toEqual(['from 0']);
	expect(faces.at('spk_0', 0.5)?.x1).toBe(0);
	expect(faces.at('spk_0', 100.5)).toBeNull();
	await faces.need(90);
	await faces.need(91);
	expect(client.read).toEqual(['from 0', 'from 100']);
	expect(faces.at('spk_0', 100.5)?.x1).toBe(2500);
	// Straight into the middle of the last one.
	await faces.need(4000);
	expect(client.read.at(-1)).toBe('from 300');
	expect(faces.at('nobody', 0.5)).toBeNull();
});

test('a damaged file is told, and the others are read', async () => {
	const client = new Boxes();
	client.damaged = 'from 0';
	const faces = new FaceTracks(sessionOf(0, 10), client);
	await faces.need(0);
	expect(faces.problem).toBe('from 0: is no list of boxes');
	expect(faces.at('spk_0', 10.5)).not.toBeNull();
});

test('nothing is read after the end', async () => {
	const client = new Boxes();
	const faces = new FaceTracks(sessionOf(0, 10), client);
	faces.close();
	await faces.need(0);
	expect(client.read).toEqual([]);
	expect(faces.problem).toBeNull();
});

test('faces that a run followed need no file', () => {
	const corners = Float32Array.of(1, 2, 11, 12, 2, 2, 12, 12);
	const person = { id: 'person_1', kind: 'both', confidence: 1, sample: null } as const;
	const people = {
		people: [{ ...person, faces: [{ firstFrame: 100, corners }] }],
		...{ count: { least: 1, most: 1 }, pieces: [], voiceModel: null, doubts: [] },
	};
	const recording = { ...fakeSession('a', 'a'), speakers: [] };
	const faces = new FaceTracks(recording, new FakeClient(), people);
	expect(faces.at('person_1', 4)).toEqual({ x1: 1, y1: 2, x2: 11, y2: 12 });
	expect(faces.at('person_1', 3)).toBeNull();
	expect(faces.at('person_2', 4)).toBeNull();
});
