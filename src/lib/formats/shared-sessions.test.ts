import { openAsBlob, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { archiveOf } from '../../../tests/fixtures/archive.ts';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { readBoxes, readSessions } from './index.ts';
import type { DroppedFile } from './index.ts';

/** A folder from disk as it would be dropped. */
async function dropFolder(folder: string): Promise<DroppedFile[]> {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
	return Promise.all(
		entries
			.filter((entry) => entry.isFile())
			.map(async (entry) => {
				const onDisk = join(entry.parentPath, entry.name);
				const path = join(basename(folder), onDisk.slice(folder.length + 1));
				return { path, file: new File([await openAsBlob(onDisk)], entry.name) };
			}),
	);
}

describe.skipIf(!hasShared)('sessions with real faces and voices', () => {
	test('are read whole, from the folder and from an archive of it', async () => {
		const files = await dropFolder(sharedPath('sessions'));
		const { sessions, problems } = await readSessions(files);
		expect(problems).toEqual([]);
		expect(sessions.map(({ name }) => name)).toEqual(['grid-onevoice-4', 'grid-party-4']);
		for (const session of sessions) {
			expect(session.problems).toEqual([]);
			expect(session.recording?.size).toBeGreaterThan(1_000_000);
			expect(session.speakers.map(({ id }) => id)).toEqual(['spk_0', 'spk_1', 'spk_2', 'spk_3']);
			expect([...(session.labels?.conversations?.values() ?? [])]).toHaveLength(4);
			for (const speaker of session.speakers) {
				expect(speaker.uem).toEqual({ startSeconds: 2, endSeconds: 59 });
				expect(speaker.tracks).toMatchObject([{ id: 'track_00', startSeconds: 0, frameStart: 0 }]);
				expect(session.labels?.transcripts.get(speaker.id)?.length).toBeGreaterThan(5);
				const boxes = speaker.tracks[0]?.boxes;
				expect(boxes && (await readBoxes(boxes)).size).toBe(1500);
			}
		}
		expect(sessions[1]?.labels?.transcripts.get('spk_0')?.[0]).toEqual({
			startSeconds: 4 + 760 / 1000,
			endSeconds: 6 + 400 / 1000,
			text: 'bin red by k seven now',
		});
		const zipped = await readSessions([await archiveOf('sessions.zip', files)]);
		expect(zipped.problems).toEqual([]);
		expect(zipped.sessions.map(({ id }) => id)).toEqual(sessions.map(({ id }) => id));
	});
});
