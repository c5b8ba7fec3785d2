import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { compressed, subSegments } from './sub-segments.ts';

function range(startSeconds: number, endSeconds: number) {
	return { startSeconds, endSeconds };
}

describe('subSegments', () => {
	test('pieces of 1.5 s every 0.75 s, the last one shorter', () => {
		expect(subSegments(range(10, 12.5))).toEqual([
			range(10, 11.5),
			range(10.75, 12.25),
			range(11.5, 12.5),
		]);
		expect(subSegments(range(0, 0.75))).toEqual([]);
		expect(subSegments(range(0, 0.8))).toEqual([range(0, 0.8)]);
	});
});

describe('compressed', () => {
	test('joins one label, and shares what two labels cover', () => {
		const runs = compressed([
			{ ...range(0, 1.5), label: 0 },
			{ ...range(0.75, 2.25), label: 0 },
			{ ...range(1.5, 3), label: 1 },
			{ ...range(4, 5), label: 1 },
		]);
		expect(runs).toEqual([
			{ ...range(0, 1.875), label: 0 },
			{ ...range(1.875, 3), label: 1 },
			{ ...range(4, 5), label: 1 },
		]);
	});
});

const pairSchema = v.tuple([v.number(), v.number()]);
const vectorSchema = v.object({
	vad: v.array(pairSchema),
	subsegments: v.array(v.array(pairSchema)),
	labels: v.array(v.number()),
	compressed: v.array(v.tuple([v.number(), v.number(), v.number()])),
});

test.skipIf(!hasShared)('cut and joined as computed elsewhere', () => {
	const file = readFileSync(sharedPath('vectors/recordings/subsegments.json'), 'utf8');
	const vectors = v.parse(vectorSchema, JSON.parse(file));
	const cut = vectors.vad.map(([start, end]) => subSegments(range(start, end)));
	cut.forEach((pieces, i) => {
		const expected = vectors.subsegments[i]!;
		expect(pieces.length).toBe(expected.length);
		pieces.forEach(({ startSeconds, endSeconds }, k) => {
			expect(startSeconds).toBeCloseTo(expected[k]![0], 6);
			expect(endSeconds).toBeCloseTo(expected[k]![1], 6);
		});
	});
	const labelled = cut.flat().map((piece, i) => ({ ...piece, label: vectors.labels[i]! }));
	const runs = compressed(labelled);
	expect(runs.length).toBe(vectors.compressed.length);
	runs.forEach(({ startSeconds, endSeconds, label }, i) => {
		const [start, end, expected] = vectors.compressed[i]!;
		expect(startSeconds).toBeCloseTo(start, 6);
		expect(endSeconds).toBeCloseTo(end, 6);
		expect(label).toBe(expected);
	});
});
