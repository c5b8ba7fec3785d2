import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PeakMeter } from './peak-meter.ts';

test('the peaks are those of each stretch, however the sound is cut into blocks', () => {
	const sound = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 60 });
	const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 });
	fc.assert(
		fc.property(sound, cuts, (values, sizes) => {
			const samples = Float32Array.from(values);
			const meter = new PeakMeter(4, 8);
			for (let from = 0, i = 0; from < samples.length; i++) {
				const size = sizes[i % sizes.length] ?? 1;
				meter.add(from, samples.subarray(from, from + size));
				from += size;
			}
			const { minimum, maximum } = meter.result();
			expect(minimum).toHaveLength(Math.ceil(samples.length / 4));
			for (let pair = 0; pair < minimum.length; pair++) {
				const stretch = samples.subarray(pair * 4, pair * 4 + 4);
				expect(minimum[pair]).toBe(Math.fround(Math.min(...stretch)));
				expect(maximum[pair]).toBe(Math.fround(Math.max(...stretch)));
			}
		}),
	);
});

test('a hole is silence', () => {
	const meter = new PeakMeter(2, 0);
	meter.add(0, Float32Array.of(0.5, -0.5));
	meter.add(6, Float32Array.of(0.25, 0.25, 1));
	expect([...meter.result().minimum]).toEqual([-0.5, 0, 0, 0.25, 1]);
	expect([...meter.result().maximum]).toEqual([0.5, 0, 0, 0.25, 1]);
});
