import { expect, test } from 'vitest';
import { peopleOfFaces, type FaceOfTrack } from './face-people.ts';

function track(from: number, to: number, degrees: number | null, left = 0): FaceOfTrack {
	const corners = Float32Array.from({ length: 4 * (to - from) }, (_, i) => {
		return [left, 0, left + 50, 50][i % 4]!;
	});
	const angle = ((degrees ?? 0) * Math.PI) / 180;
	const prints = degrees === null ? [] : [Float32Array.of(Math.cos(angle), Math.sin(angle))];
	return { path: { firstFrame: from, corners }, prints };
}

test('tracks that look alike are one person, across shots and pauses', () => {
	const tracks = [track(0, 100, 0), track(0, 100, 90, 200), track(100, 200, 95, 90)];
	expect(peopleOfFaces([...tracks, track(300, 400, 10, 20)])).toEqual([0, 1, 1, 0]);
});

test('two faces that are seen at once are never one, however alike they look', () => {
	expect(
		peopleOfFaces([track(0, 100, 0), track(50, 150, 1, 200), track(150, 200, 2, 200)]),
	).toEqual([...[0, 1, 1]]);
});

test('a face that stays in its place over a cut may look less alike', () => {
	expect(peopleOfFaces([track(0, 100, 0), track(100, 200, 35)])).toEqual([0, 0]);
	expect(peopleOfFaces([track(0, 100, 0), track(100, 200, 35, 40)])).toEqual([0, 1]);
	expect(peopleOfFaces([track(0, 100, 0), track(100, 200, 45)])).toEqual([0, 1]);
});

test('without prints every track is somebody else', () => {
	expect(peopleOfFaces([track(0, 100, null), track(100, 200, null), track(300, 400, 0)])).toEqual([
		...[0, 1, 2],
	]);
	expect(peopleOfFaces([])).toEqual([]);
});
