import { describe, expect, test } from 'vitest';
import type { VoiceMaterial } from './found-voices.ts';
import { joinPeople, linksOf } from './join-people.ts';
import { recluster } from './recluster.ts';

/** Seconds from and to, and what it sounds like as an angle in degrees. */
type Part = readonly [from: number, to: number, degrees: number];

const frames = 40 * 25;

/** Speech in pieces of half a second. */
function materialOf(parts: readonly Part[]): VoiceMaterial {
	const speech = new Float32Array(frames).fill(0.02);
	const pieces = parts.flatMap(([from, to, degrees]) => {
		speech.fill(0.98, from * 25, to * 25);
		const angle = (degrees * Math.PI) / 180;
		return Array.from({ length: 2 * (to - from) }, (_, i) => ({
			startSeconds: from + i / 2,
			endSeconds: from + (i + 1) / 2,
			...{ solo: true, voice: null, embedding: Float32Array.of(Math.cos(angle), Math.sin(angle)) },
		}));
	});
	return { pieces, speech, embedder: 'xvector' };
}

/** Lips that are seen throughout, but for some time, and move in these seconds. */
function lips(
	moving: readonly (readonly [number, number])[],
	hidden: readonly (readonly [number, number])[] = [],
): Float32Array {
	const line = new Float32Array(frames).fill(-3);
	for (const [from, to] of moving) line.fill(3, from * 25, to * 25);
	for (const [from, to] of hidden) line.fill(NaN, from * 25, to * 25);
	return line;
}

function join(material: VoiceMaterial, faces: readonly Float32Array[]) {
	return joinPeople(recluster(material, { links: linksOf(material.pieces, faces) }), faces);
}

/** Faces of the people who speak, with whole seconds of their turns. */
function spoken(material: VoiceMaterial, faces: readonly Float32Array[]) {
	return join(material, faces).people.map(({ face, turns }) => [
		face,
		...turns.map((turn) => [Math.round(turn.startSeconds), Math.round(turn.endSeconds)]),
	]);
}

describe('joinPeople', () => {
	test('a voice that goes with nobody in the picture is somebody off screen', () => {
		const material = materialOf([
			[0, 6, 0],
			[8, 12, 90],
			[14, 18, 180],
		]);
		expect(spoken(material, [lips([[8, 12]]), lips([[14, 18]])])).toEqual([
			[null, [0, 6]],
			[0, [8, 12]],
			[1, [14, 18]],
		]);
	});

	test('people who sound the same are told apart by their lips', () => {
		const material = materialOf([
			[0, 4, 0],
			[6, 10, 0],
			[12, 16, 0],
			[18, 22, 0],
		]);
		const faces = [
			lips([
				[0, 4],
				[12, 16],
			]),
			lips([
				[6, 10],
				[18, 22],
			]),
		];
		expect(spoken(material, faces)).toEqual([
			[0, [0, 4], [12, 16]],
			[1, [6, 10], [18, 22]],
		]);
	});

	test('who sounds like one that is seen to be silent is somebody off screen', () => {
		const material = materialOf([
			[0, 8, 0],
			[10, 15, 0],
		]);
		expect(spoken(material, [lips([[0, 8]])])).toEqual([
			[0, [0, 8]],
			[null, [10, 15]],
		]);
	});

	test('one who talks on while out of sight is known by the voice', () => {
		const material = materialOf([
			[0, 6, 0],
			[10, 16, 90],
			[20, 26, 0],
		]);
		const faces = [lips([[0, 6]], [[18, 30]]), lips([[10, 16]])];
		expect(spoken(material, faces)).toEqual([
			[0, [0, 6], [20, 26]],
			[1, [10, 16]],
		]);
	});

	test('two who talk at once are both seen to', () => {
		const material = materialOf([
			[0, 6, 0],
			[10, 16, 90],
			[20, 26, 0],
		]);
		const [first] = join(material, [
			lips([
				[0, 6],
				[20, 26],
			]),
			lips([
				[10, 16],
				[22, 25],
			]),
		]).people.slice(1);
		expect(first?.turns).toHaveLength(2);
		expect(first?.turns[1]?.startSeconds).toBeCloseTo(22, 0);
	});

	test('one who says nothing is there all the same, and moves of the mouth in silence are no speech', () => {
		const material = materialOf([[0, 6, 0]]);
		expect(spoken(material, [lips([[0, 6]]), lips([[10, 12]])])).toEqual([[0, [0, 6]], [1]]);
	});

	test('every piece is whose speaks in it', () => {
		const material = materialOf([
			[0, 4, 0],
			[6, 10, 90],
		]);
		const { pieces, people } = join(material, [lips([[6, 10]]), lips([[0, 4]])]);
		expect(pieces.map((person) => (person === null ? null : people[person]?.face))).toEqual([
			...Array<number>(8).fill(1),
			...Array<number>(8).fill(0),
		]);
	});
});
