import { describe, expect, test } from 'vitest';
import { Random } from '../../../tests/fixtures/simulated-talk.ts';
import { cosineOf } from '../perception/voice/voice-embedder.ts';
import { joinVoices } from './join-voices.ts';

/** Prints of one direction lie at 0.43 on average, those of 20 degrees apart at 0.40, of 60 at 0.21. */
const mergeCosine = 0.37;

const any = { least: 1, most: Infinity, mergeCosine, doubtCosine: 0 };

const asTheyAre = (labels: readonly number[]): readonly number[] => labels;

/** Prints that lie around a direction in a plane, with noise in 60 others. */
function around(degrees: number, count: number, random: Random): Float32Array[] {
	const angle = (degrees * Math.PI) / 180;
	return Array.from({ length: count }, () => {
		const noise = Array.from({ length: 60 }, () => random.normal(0, 0.15));
		const values = [Math.cos(angle), Math.sin(angle), ...noise];
		const length = Math.hypot(...values);
		return Float32Array.from(values, (value) => value / length);
	});
}

describe('joinVoices', () => {
	test('likeness is the mean cosine of all pairs, however few there are', () => {
		const random = new Random(3);
		for (const count of [2, 6, 200]) {
			const [first, second] = [around(0, count, random), around(20, count, random)];
			const labels = [...first.map(() => 0), ...second.map(() => 1)];
			const { open } = joinVoices(
				[...first, ...second],
				labels,
				{},
				{ ...any, mergeCosine: 1 },
				asTheyAre,
			);
			const cosines = first.flatMap((one) => second.map((other) => cosineOf(one, other)));
			const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
			expect(open[0]).toBeCloseTo(mean, 5);
		}
	});

	test('joins the most alike first, as far as it may', () => {
		const random = new Random(5);
		const angles = [0, 10, 60, 130];
		const prints = angles.flatMap((angle) => around(angle, 40, random));
		const labels = prints.map((_, i) => Math.floor(i / 40));
		const groups = (found: readonly number[]): number[] => [0, 40, 80, 120].map((i) => found[i]!);
		expect(groups(joinVoices(prints, labels, {}, any, asTheyAre).labels)).toEqual([0, 0, 2, 3]);
		const { joined, open } = joinVoices(prints, labels, {}, any, asTheyAre);
		expect([joined.length, open.length]).toEqual([1, 2]);
		expect([...joined, ...open]).toEqual([...joined, ...open].sort((a, b) => b - a));
		const two = joinVoices(prints, labels, {}, { ...any, most: 2 }, asTheyAre);
		expect(groups(two.labels)).toEqual([0, 0, 0, 3]);
		const four = joinVoices(prints, labels, {}, { ...any, least: 4, most: 9 }, asTheyAre);
		expect(groups(four.labels)).toEqual([0, 1, 2, 3]);
		const apart = joinVoices(prints, labels, { cannot: [[3, 45]] }, { ...any, most: 2 }, asTheyAre);
		expect(apart.labels[3]).not.toBe(apart.labels[45]);
	});

	test('little speech is no voice of its own unless it is very unlike, and much is', () => {
		const rules = { ...any, mergeCosine: 0.4, doubtCosine: 0.5 };
		const counts = [3, 12, 60].map((few) => {
			const random = new Random(11);
			const prints = [...around(0, 60, random), ...around(50, few, random)];
			const labels = prints.map((_, i) => (i < 60 ? 0 : 1));
			return new Set(joinVoices(prints, labels, {}, rules, asTheyAre).labels).size;
		});
		expect(counts).toEqual([1, 2, 2]);
		const random = new Random(11);
		const far = [...around(0, 60, random), ...around(120, 3, random)];
		const labels = far.map((_, i) => (i < 60 ? 0 : 1));
		expect(new Set(joinVoices(far, labels, {}, rules, asTheyAre).labels).size).toBe(2);
	});

	test('clusters are settled after each of the joins, and those that lose all they have are gone', () => {
		const random = new Random(13);
		const prints = [0, 5, 90].flatMap((angle) => around(angle, 20, random));
		const labels = prints.map((_, i) => Math.floor(i / 20));
		const seen: number[] = [];
		const found = joinVoices(prints, labels, {}, { ...any, most: 2 }, (now) => {
			seen.push(new Set(now).size);
			return now.map(() => 0);
		});
		expect(seen).toEqual([2]);
		expect(new Set(found.labels).size).toBe(1);
	});

	test('pieces without a print keep to their cluster', () => {
		const random = new Random(7);
		const prints = [...around(0, 10, random), null, ...around(5, 10, random), null];
		const labels = prints.map((_, i) => (i <= 10 ? 0 : 1));
		expect(new Set(joinVoices(prints, labels, {}, any, asTheyAre).labels).size).toBe(1);
	});
});
