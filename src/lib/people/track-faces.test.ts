import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import type { Face } from '../perception/faces/yunet.ts';
import { pathOfTrack, trackFaces, type SeenFaces } from './track-faces.ts';

function face(left: number, top: number, score = 0.9, size = 50): Face {
	const box = { left, top, right: left + size, bottom: top + size };
	return { ...box, score, keyPoints: new Float32Array(10) };
}

/** Faces in every fifth of so many frames. */
function seenIn(frames: number, facesAt: (frame: number) => Face[]): SeenFaces[] {
	return Array.from({ length: Math.ceil(frames / 5) }, (_, i) => ({
		frame: 5 * i,
		faces: facesAt(5 * i),
	}));
}

const one = [{ startFrame: 0, endFrame: 100 }];

describe('trackFaces', () => {
	test('follows two faces that pass each other, one hidden by the other', () => {
		const seen = seenIn(100, (frame) => {
			const walker = face(2 * frame, 40);
			const sitter = face(100, 30);
			return Math.abs(walker.left - sitter.left) < 20 ? [walker] : [sitter, walker];
		});
		const tracks = trackFaces(seen, one);
		expect(tracks).toHaveLength(2);
		const spans = tracks.map(({ sightings }) => sightings.map((s) => s.face.left));
		for (const lefts of spans) {
			const isWalker = lefts[0] === 0;
			lefts.forEach((left, i) => expect(left - lefts[0]!).toBe(isWalker ? 10 * i : 0));
		}
	});

	test('ends tracks at a cut, though a face is in the same place after it', () => {
		const shots = [
			{ startFrame: 0, endFrame: 52 },
			{ startFrame: 52, endFrame: 100 },
		];
		const tracks = trackFaces(
			seenIn(100, () => [face(10, 10)]),
			shots,
		);
		const frames = tracks.map(({ sightings }) => sightings.map((s) => s.frame));
		expect(frames.map((own) => [own[0], own.at(-1)])).toEqual([
			[0, 50],
			[55, 95],
		]);
		const paths = tracks.map((track) => pathOfTrack(track, shots[track.shot]!, 5));
		expect(paths.map(({ firstFrame, corners }) => [firstFrame, corners.length / 4])).toEqual([
			[0, 52],
			[52, 48],
		]);
	});

	test('keeps a face that is hardly seen for a while, and begins none with it', () => {
		const faint = (frame: number): number => (frame > 30 && frame < 60 ? 0.4 : 0.9);
		const known = seenIn(100, (frame) => [face(10, 10, faint(frame)), face(300, 10, 0.5)]);
		const tracks = trackFaces(known, one);
		expect(tracks).toHaveLength(1);
		expect(tracks[0]!.sightings).toHaveLength(20);
	});

	test('a face that was away for more than a second starts again', () => {
		const away = (frames: number): SeenFaces[] =>
			seenIn(100, (frame) => (frame > 40 && frame < 40 + frames ? [] : [face(10, 10)]));
		expect(trackFaces(away(25), one)).toHaveLength(1);
		expect(trackFaces(away(30), one)).toHaveLength(2);
	});

	test('what is seen for a moment only, or never clearly, is no face', () => {
		const moment = seenIn(100, (frame) => (frame < 10 ? [face(10, 10)] : []));
		expect(trackFaces(moment, one)).toEqual([]);
		const unclear = seenIn(100, (frame) => [face(10, 10, frame === 0 ? 0.7 : 0.61)]);
		expect(trackFaces(unclear, one)).toEqual([]);
	});
});

describe('pathOfTrack', () => {
	test('is straight in between, and has no box where a face is out of sight for long', () => {
		const sightings = [0, 5, 10, 30].map((frame) => ({ frame, face: face(frame, 0), index: 0 }));
		const { firstFrame, corners } = pathOfTrack({ sightings }, one[0]!, 5, 2);
		expect(firstFrame).toBe(0);
		const lefts = Array.from({ length: corners.length / 4 }, (_, i) => corners[4 * i]!);
		expect(lefts.slice(0, 11)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
		expect(lefts.slice(11, 30).every((left) => Number.isNaN(left))).toBe(true);
		expect(lefts.slice(30)).toEqual([60]);
	});
});

interface Crossing {
	readonly frames: readonly (readonly { readonly ltwh: readonly number[]; emb: number[] }[])[];
}

describe.skipIf(!hasShared)('trackFaces on crossing faces', () => {
	test('keeps both people apart, though for two frames one of them is seen', () => {
		const { crossing } = JSON.parse(
			readFileSync(sharedPath('vectors/recordings/kalman_deepsort.json'), 'utf8'),
		) as { readonly crossing: Crossing };
		const seen = crossing.frames.map((faces, frame) => ({
			frame,
			faces: faces.map(({ ltwh: [left = 0, top = 0, width = 0, height = 0] }) => {
				const box = { left, top, right: left + width, bottom: top + height };
				return { ...box, score: 0.9, keyPoints: new Float32Array(10) };
			}),
		}));
		const tracks = trackFaces(seen, [{ startFrame: 0, endFrame: seen.length }]);
		expect(tracks).toHaveLength(2);
		for (const { sightings } of tracks) {
			const people = sightings.map(({ frame, index }) => crossing.frames[frame]![index]!.emb[0]);
			expect(new Set(people).size).toBe(1);
		}
	});
});
