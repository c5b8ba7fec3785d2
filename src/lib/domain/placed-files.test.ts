import { expect, test } from 'vitest';
import { fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { FilePlan, soundFiles, speakerFiles } from './placed-files.ts';

function placed(path: string, startSeconds: number) {
	return { file: { path, size: 1, open: () => Promise.resolve(new Blob()) }, startSeconds };
}

test('the sound is that of the central video, else of all tracks', () => {
	const session = fakeSession('a', 'b');
	expect(soundFiles(session).map(({ file }) => file.path)).toEqual(['central_video.mp4']);
	const tracks = soundFiles({ ...session, recording: null });
	expect(tracks).toHaveLength(session.speakers.length);
	expect(speakerFiles(session, 'spk_1')).toEqual(tracks.slice(1, 2));
	expect(speakerFiles(session, 'nobody')).toEqual([]);
});

test('a moment has the file that lasts until then, and the one that plays goes on', () => {
	const [first, second, third] = [placed('1', 0), placed('2', 10), placed('3', 40)];
	const plan = new FilePlan([third, first, second]);
	expect(plan.at(5)).toBe(first);
	expect(plan.at(12)).toBe(second);
	expect(plan.at(12, first)).toBe(first);
	plan.learn(first, 11);
	expect(plan.at(12, first)).toBe(second);
	plan.learn(second, 5);
	expect(plan.at(20, second)).toBeNull();
	expect(plan.nextStart(20)).toBe(40);
	expect(plan.at(40)).toBe(third);
	expect(plan.nextStart(40)).toBeNull();
	// Lengths are rounded: at its very end it is still there, unless another is.
	expect(plan.at(15.2, second)).toBe(second);
	expect(plan.at(15.2)).toBeNull();
	// One that could not be opened is for no moment.
	plan.learn(third, 0);
	expect(plan.at(41)).toBeNull();
});
