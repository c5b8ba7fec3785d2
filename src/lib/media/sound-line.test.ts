import { describe, expect, test } from 'vitest';
import type { AudioBlock } from './media-source.ts';
import { SoundLine } from './sound-line.ts';

function joined(blocks: readonly AudioBlock[]): number[] {
	let next = blocks[0]?.startSample ?? 0;
	return blocks.flatMap((block) => {
		expect(block.startSample).toBe(next);
		next += block.samples.length;
		return [...block.samples];
	});
}

function ramp(from: number, count: number): Float32Array {
	return Float32Array.from({ length: count }, (_, i) => from + i);
}

/** What a line gives for pieces of mono sound at 16 kHz, each with its time in samples. */
function lay(pieces: readonly (readonly [number, Float32Array])[], startSample = 0): number[] {
	const line = new SoundLine(16000, { startSample });
	const blocks = pieces.flatMap(([at, samples]) => [...line.push(at / 16000, [samples])]);
	return joined([...blocks, ...line.flush()]);
}

describe('the line of sound', () => {
	test('consecutive pieces, timestamps rounded to milliseconds', () => {
		const pieces = [0, 1024, 2048].map((at) => [at + 7, ramp(at, 1024)] as const);
		const line = lay([[0, ramp(-1, 1)], ...pieces.map(([at, s]) => [at - 6, s] as const)]);
		expect(line).toEqual([...ramp(-1, 3073)]);
	});

	test('what lies before time 0 is cut, a late start and gaps are zeros', () => {
		expect(lay([[-1024, ramp(0, 2048)]])).toEqual([...ramp(1024, 1024)]);
		expect(lay([[-1024, ramp(0, 1024)]])).toEqual([]);
		expect(lay([[3, ramp(1, 2)]])).toEqual([0, 0, 0, 1, 2]);
		const withGap = lay([
			[0, ramp(1, 10)],
			[1010, ramp(1, 2)],
		]);
		expect(withGap.length).toBe(1012);
		expect(withGap.slice(9, 12)).toEqual([10, 0, 0]);
		expect(withGap.slice(1009)).toEqual([0, 1, 2]);
	});

	test('an overlap is dropped', () => {
		expect(
			lay([
				[0, ramp(0, 1000)],
				[500, ramp(500, 1000)],
			]),
		).toEqual([...ramp(0, 1500)]);
	});

	test('jitter is left alone; a clock that runs wrong is followed, and told', () => {
		const told: string[] = [];
		/** How far each of 500 pieces is at most from its time, in seconds. */
		const follow = (percent: number): number => {
			const times = Array.from({ length: 500 }, (_, i) => i * 0.064 * (1 + percent / 100));
			const line = new SoundLine(16000, { onFault: (message) => told.push(message) });
			const blocks = times.flatMap((seconds) => {
				const samples = new Float32Array(1024);
				samples[0] = 1;
				return [...line.push(seconds, [samples])];
			});
			const sound = joined([...blocks, ...line.flush()]);
			const found = sound.flatMap((value, at) => (value > 0.5 ? [at / 16000] : []));
			expect(found.length).toBe(500);
			return Math.max(...found.map((at, i) => Math.abs(at - (times[i] ?? NaN))));
		};
		expect(follow(0)).toBeLessThan(1e-6);
		expect(told).toEqual([]);
		for (const percent of [3, 0.1, -3]) {
			expect(follow(percent)).toBeLessThan(0.0075);
		}
		expect(told).toEqual([
			expect.stringMatching(/^the sound is 3\.\d % too short for its timestamps, .*stretched/),
			expect.stringMatching(/^the sound is 0\.1 % too short for its timestamps, .*stretched/),
			expect.stringMatching(/^the sound is [23]\.\d % too long for its timestamps, .*squeezed/),
		]);
	});

	test('a hole is told with its place and length', () => {
		const told: string[] = [];
		const line = new SoundLine(16000, { onFault: (message) => told.push(message) });
		for (const at of [0, 3, 3.5]) {
			for (const block of line.push(at, [new Float32Array(16000)])) expect(block).toBeDefined();
		}
		expect(told).toEqual([
			'2.00 s of sound are missing at 1.00 s; they are silent',
			'0.50 s of sound come twice at 4.00 s; the second time is left out',
		]);
	});

	test('what is no number is silence', () => {
		const line = new SoundLine(16000);
		const wild = Float32Array.of(0.5, NaN, Infinity, -Infinity, 0.25);
		expect(joined([...line.push(0, [wild]), ...line.flush()])).toEqual([0.5, 0, 0, 0, 0.25]);
	});

	test('one channel of several', () => {
		const line = new SoundLine(16000, { channel: 1 });
		const blocks = [...line.push(0, [ramp(0, 3), ramp(10, 3)]), ...line.flush()];
		expect(joined(blocks)).toEqual([10, 11, 12]);
	});

	test('two channels that cancel each other give the first, from the beginning', () => {
		const wave = Float32Array.from({ length: 64000 }, (_, i) => 0.3 * Math.sin(i / 9));
		const line = new SoundLine(16000);
		const blocks = [0, 1, 2, 3].flatMap((second) => {
			const part = wave.slice(second * 16000, (second + 1) * 16000);
			return [...line.push(second, [part, part.map((value) => -value)])];
		});
		expect(joined([...blocks, ...line.flush()])).toEqual([...wave]);
	});

	test('channels are averaged', () => {
		const line = new SoundLine(16000);
		const blocks = [...line.push(0, [ramp(0, 3), ramp(10, 3)]), ...line.flush()];
		expect(joined(blocks)).toEqual([5, 6, 7]);
	});

	test('a later start is the tail of the whole, and blocks hold one second', () => {
		const whole = lay([[0, ramp(0, 40000)]]);
		const tail = lay([[0, ramp(0, 40000)]], 17000);
		expect(tail).toEqual(whole.slice(17000));
		const blocks = [...new SoundLine(16000).push(0, [ramp(0, 40000)])];
		expect(blocks.map((block) => block.samples.length)).toEqual([16000, 16000]);
	});
});
