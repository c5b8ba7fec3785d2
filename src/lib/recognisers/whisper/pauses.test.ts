import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trimPauses } from './pauses.ts';

/** Faint noise, and a tone from `from` to `to` for each of these stretches. */
function sound(seconds: number, stretches: readonly (readonly [number, number])[]): Float32Array {
	return Float32Array.from({ length: seconds * 16_000 }, (_, i) => {
		const t = i / 16_000;
		const faint = 0.002 * ((Math.imul(i, 1_664_525) >>> 8) % 2 === 0 ? 1 : -1);
		return (
			faint + (stretches.some(([from, to]) => t >= from && t < to) ? Math.sin(1500 * t) / 4 : 0)
		);
	});
}

const word = (startSeconds: number, endSeconds: number) => ({ startSeconds, endSeconds });

describe('pauses around words', () => {
	const audio = sound(4, [
		[0.5, 1],
		[2, 2.4],
		[2.5, 2.9],
	]);

	test('are cut off before a word and after it', () => {
		const [first, second] = trimPauses([word(0, 1), word(1, 3.9)], audio);
		expect(first?.startSeconds).toBeCloseTo(0.5, 6);
		expect(first?.endSeconds).toBe(1);
		expect(second?.startSeconds).toBeCloseTo(2, 6);
		expect(second?.endSeconds).toBeCloseTo(2.9, 6);
	});

	test('are those of 0.2 s and more; what is before one is not the word', () => {
		expect(trimPauses([word(2, 2.9)], audio)).toEqual([word(2, 2.9)]);
		expect(trimPauses([word(0.9, 2.9)], audio)[0]?.startSeconds).toBeCloseTo(2, 6);
	});

	test('are left where nothing else is heard, and where the sound is even', () => {
		expect(trimPauses([word(1.2, 1.8)], audio)).toEqual([word(1.2, 1.8)]);
		expect(trimPauses([word(0, 3)], sound(4, [[0, 4]]))).toEqual([word(0, 3)]);
	});

	test('never make a word longer', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0, max: 4, noNaN: true }),
				fc.double({ min: 0, max: 4, noNaN: true }),
				(a, b) => {
					const given = word(Math.min(a, b), Math.max(a, b));
					const found = trimPauses([given], audio)[0]!;
					expect(found.startSeconds).toBeGreaterThanOrEqual(given.startSeconds);
					expect(found.endSeconds).toBeLessThanOrEqual(given.endSeconds);
					expect(found.endSeconds).toBeGreaterThanOrEqual(found.startSeconds);
				},
			),
		);
	});
});
