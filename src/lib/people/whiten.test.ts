import { describe, expect, test } from 'vitest';
import { Random } from '../../../tests/fixtures/simulated-talk.ts';
import { whitened } from './whiten.ts';

/** Two people in turns: they differ along one axis, and everybody's words along another, ten times as much. */
function talk(pieces: number): Float32Array[] {
	const random = new Random(11);
	return Array.from({ length: pieces }, (_, i) => {
		const person = Math.floor(i / 20) % 2 === 0 ? 0.1 : -0.1;
		return Float32Array.of(3 + random.normal(0, 1), person + random.normal(0, 0.03), 5);
	});
}

describe('whitened', () => {
	test('what changes from word to word counts less than what stays', () => {
		const found = whitened(talk(200), 4);
		const spread = (axis: number): number =>
			Math.sqrt(found.reduce((sum, values) => sum + values[axis]! ** 2, 0) / found.length);
		const before = talk(200).map((values) => values[0]! - 3);
		const wordsBefore = Math.sqrt(before.reduce((sum, value) => sum + value * value, 0) / 200);
		expect(wordsBefore / 0.1).toBeGreaterThan(8);
		expect(spread(0) / spread(1)).toBeLessThan(8);
		// What all have in common is gone.
		expect(spread(2)).toBeLessThan(1e-6);
	});

	test('few prints, and none', () => {
		expect(whitened([], 4)).toEqual([]);
		const two = whitened([Float32Array.of(1, 0), Float32Array.of(0, 1)], 4);
		expect(two.map((values) => [...values])).toEqual([
			[0.5, -0.5],
			[-0.5, 0.5],
		]);
	});
});
