import { expect, test } from 'vitest';
import { peopleOfFaces } from './face-people.ts';
import { seenTwice, type ScoredPath } from './seen-twice.ts';

interface Look {
	readonly from?: number;
	readonly frames?: number;
	readonly left?: number;
	readonly scale?: number;
	/** Height for each pixel of width. */
	readonly shape?: number;
	readonly opening?: (t: number) => number;
	/** Width at scale 1. */
	readonly width?: (t: number) => number;
}

const talk = (t: number): number => 4 * Math.sin(t / 7) + Math.sin(t / 2);

function seen({
	from = 0,
	frames = 200,
	left = 0,
	scale = 1,
	shape = 1.2,
	opening = talk,
	width = () => 50,
}: Look = {}): ScoredPath {
	const corners = Float32Array.from({ length: 4 * frames }, (_, i) => {
		const wide = scale * width(from + Math.floor(i / 4));
		return [left, 10, left + wide, 10 + shape * wide][i % 4]!;
	});
	const lips = Float32Array.from({ length: frames }, (_, i) => opening(from + i));
	return { path: { firstFrame: from, corners }, lips };
}

test('a picture within the picture shows one person twice', () => {
	const small = seen({ left: 400, scale: 0.4, from: 30, opening: (t) => talk(t) + 0.2 });
	expect(seenTwice([seen(), seen({ opening: (t) => talk(t + 40) }), small])).toEqual([[0, 2]]);
});

test('lips that do something else are another person, and so are boxes that move another way', () => {
	expect(seenTwice([seen(), seen({ opening: (t) => talk(t + 3) })])).toEqual([]);
	expect(
		seenTwice([seen(), seen({ width: (t) => 50 * Math.exp(0.3 * Math.sin(t / 20)) })]),
	).toEqual([]);
	expect(seenTwice([seen(), seen({ shape: 1.5 })])).toEqual([]);
});

test('less than 5 s, and lips that hardly move, say nothing', () => {
	expect(seenTwice([seen(), seen({ from: 76 })])).toEqual([]);
	expect(seenTwice([seen(), seen({ from: 75 })])).toEqual([[0, 1]]);
	const still = (t: number): number => -3 + 0.1 * Math.sin(t);
	expect(seenTwice([seen({ opening: still }), seen({ opening: still })])).toEqual([]);
	const hidden = seen();
	hidden.lips.fill(NaN, 100);
	expect(seenTwice([seen(), hidden])).toEqual([]);
});

test('two tracks of one person are one person, though they are seen at once', () => {
	const faces = [seen(), seen({ left: 400 }), seen({ left: 800 })].map(({ path }) => {
		return { path, prints: [Float32Array.of(1, 0)] };
	});
	expect(peopleOfFaces(faces)).toEqual([0, 1, 2]);
	expect(peopleOfFaces(faces, [[0, 2]])).toEqual([0, 1, 0]);
});
