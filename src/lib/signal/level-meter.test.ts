import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LevelMeter } from './level-meter.ts';

function measure(samples: Float32Array, stretch: number, blocks: readonly number[]) {
	const meter = new LevelMeter(stretch, 8);
	for (let from = 0, i = 0; from < samples.length; i++) {
		const size = blocks[i % blocks.length] ?? 1;
		meter.add(from, samples.subarray(from, from + size));
		from += size;
	}
	return meter.result();
}

const sine = (amplitude: number, hertz: number): Float32Array =>
	Float32Array.from(
		{ length: 16_000 },
		(_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / 16_000),
	);

test('a sine of full scale has a mean of -3.01 dBFS and peaks of 0, one of half of it 6.02 less', () => {
	for (const [amplitude, below] of [
		[1, 0],
		[0.5, 6.0206],
	] as const) {
		const { rms, peak } = measure(sine(amplitude, 500), 640, [1000]);
		expect(rms).toHaveLength(25);
		for (const value of rms) expect(value).toBeCloseTo(-3.0103 - below, 3);
		for (const value of peak) expect(value).toBeCloseTo(-below, 3);
	}
});

test('digital silence, also where no block is, is minus infinity', () => {
	const meter = new LevelMeter(2, 0);
	meter.add(0, Float32Array.of(1, -1));
	meter.add(4, Float32Array.of(0, 0, 0.1));
	const { rms, peak } = meter.result();
	expect([...rms]).toEqual([0, -Infinity, -Infinity, Math.fround(-20)]);
	expect([...peak]).toEqual([0, -Infinity, -Infinity, Math.fround(-20)]);
});

test('the levels are those of each stretch, however the sound is cut into blocks', () => {
	const sound = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 60 });
	const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 });
	fc.assert(
		fc.property(sound, cuts, (values, sizes) => {
			const samples = Float32Array.from(values);
			const { rms, peak } = measure(samples, 4, sizes);
			expect(rms).toHaveLength(Math.ceil(samples.length / 4));
			for (let i = 0; i < rms.length; i++) {
				const stretch = [...samples.subarray(4 * i, 4 * i + 4)];
				const mean = stretch.reduce((sum, value) => sum + value * value, 0) / stretch.length;
				const highest = Math.max(...stretch.map(Math.abs));
				expect(rms[i]).toBe(Math.fround(10 * Math.log10(mean)));
				expect(peak[i]).toBe(Math.fround(20 * Math.log10(highest)));
			}
		}),
	);
});
