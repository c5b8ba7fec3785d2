import { expect, test } from 'vitest';
import type { Session } from './session.ts';
import { asSession, withSoundTrack } from './sound-track.ts';

const recording = { path: 'talk.mkv', size: 3, open: () => Promise.resolve(new Blob(['abc'])) };
const talk: Session = {
	...{ name: 'talk', id: '00ff', recording, cast: 'found', speakers: [] },
	...{ labels: null, files: [recording], problems: [] },
};

test('another sound track is another recording, and the default one the recording itself', async () => {
	const second = withSoundTrack(talk, 1);
	expect(second.recording).toMatchObject({ path: 'talk.mkv', audioTrack: 1 });
	expect(await (await second.recording?.open())?.text()).toBe('abc');
	expect(second.id).not.toBe(talk.id);
	const third = withSoundTrack(second, 2);
	expect(new Set([talk.id, second.id, third.id]).size).toBe(3);
	const again = withSoundTrack(third, null);
	expect(again.id).toBe(talk.id);
	expect(again.recording).not.toHaveProperty('audioTrack');
});

test('a file that is dropped again is the session that was made of one of its tracks', () => {
	const second = withSoundTrack(talk, 1);
	expect(asSession(talk, talk.id)).toBe(talk);
	expect(asSession(talk, second.id)).toMatchObject({ id: second.id, recording: { audioTrack: 1 } });
	expect(asSession(talk, 'other')).toBeNull();
	expect(asSession({ ...talk, id: 'other' }, second.id)).toBeNull();
});
