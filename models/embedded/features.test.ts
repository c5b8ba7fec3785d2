import { expect, test } from 'vitest';
import { soundTensor } from '../../src/lib/recognisers/features.ts';

/** Row, column and value of features.py's output for the signal below: the features the network was trained on. */
const trainedOn = [
	[0, 0, -0.7087],
	[0, 50, -1.35099],
	[0, 103, -0.84752],
	[2, 7, -0.27817],
	[3, 0, 0.35473],
	[3, 30, -1.72366],
	[3, 60, 0.57479],
	[3, 103, 0.65298],
	[4, 0, -0.60386],
	[4, 99, -0.61717],
	[5, 12, -0.45238],
	[5, 77, -0.95993],
	[5, 78, 1.4419],
	[5, 103, 1.4419],
] as const;

test('the app hears what the training heard', () => {
	const signal = Float32Array.from({ length: 640 * 6 }, (_, n) => {
		const t = (2 * Math.PI * n) / 16_000;
		const voice = 0.1 * Math.sin(t * 1330 + 0.5) * Math.sin(t * 3);
		return 0.2 * Math.sin(t * 220) + voice + 0.02 * Math.sin(0.9 * n + 0.0001 * n * n);
	}).fill(0, 640 * 3, 640 * 4);
	const { dims, data } = soundTensor(signal, 0, 6);
	expect(dims).toEqual([1, 6, 104]);
	for (const [row, column, value] of trainedOn) {
		expect(Math.abs(Number(data[row * 104 + column]) - value)).toBeLessThan(2e-4);
	}
	const sum = data.reduce((all, value) => all + Math.abs(value), 0);
	expect(sum / data.length).toBeCloseTo(0.83475, 4);
});

test('without sound there is nothing but the mark of the last frame', () => {
	const { data } = soundTensor(new Float32Array(1280), 0, 2);
	expect(data.slice(0, 104).every((value) => Math.abs(value) < 1e-6)).toBe(true);
	expect(Number(data[104])).toBeCloseTo(-0.57735, 4);
	expect(Number(data[207])).toBeCloseTo(1.73205, 4);
});
