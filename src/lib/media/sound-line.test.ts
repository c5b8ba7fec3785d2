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
	const line = new SoundLine(16000, startSample);
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
