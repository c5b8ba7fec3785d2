import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asFloat32 } from './checkpoint.ts';
import { toHalf } from '../signal/half-precision.ts';
import { blockSize, quantiseTo4Bits, quantiseTo8Bits, transposed } from './quantise.ts';

/** Half-precision numbers as the checkpoint reader reads them. */
function fromHalf(half: Uint16Array): Float32Array {
	const bytes = new Uint8Array(half.buffer, half.byteOffset, half.byteLength);
	return asFloat32({ type: 'float16', shape: [half.length], bytes });
}

/** What `MatMulNBits` makes of 4 bits. */
function expanded({ packed, scales }: ReturnType<typeof quantiseTo4Bits>): Float32Array {
	const numbers = fromHalf(scales);
	return Float32Array.from({ length: packed.length * 2 }, (_, i) => {
		const byte = packed[i >> 1] ?? 0;
		const level = (i % 2 === 0 ? byte & 15 : byte >> 4) - 8;
		return level * (numbers[Math.floor(i / blockSize)] ?? 0);
	});
}

function squaredError(found: Float32Array, expected: Float32Array): number {
	return expected.reduce((sum, value, i) => sum + (value - (found[i] ?? 0)) ** 2, 0);
}

describe('half precision', () => {
	test('is the nearest, ties to even, up to infinity and down to the smallest step', () => {
		const cases: [number, number][] = [
			[0, 0],
			[-0, 0x8000],
			[1, 0x3c00],
			[-2, 0xc000],
			[65504, 0x7bff],
			[65520, 0x7c00],
			[1e9, 0x7c00],
			[2 ** -24, 1],
			[2 ** -25, 0],
			[1.5 * 2 ** -24, 2],
			[2 ** -14, 0x0400],
			[1 + 2 ** -11, 0x3c00],
			[1 + 3 * 2 ** -11, 0x3c02],
			[Number.NaN, 0x7e00],
		];
		for (const [value, bits] of cases) expect(toHalf(Float32Array.of(value))[0]).toBe(bits);
	});

	test('of any number is not off by more than half a step', () => {
		fc.assert(
			fc.property(fc.float({ noNaN: true, min: -65000, max: 65000 }), (value) => {
				const back = fromHalf(toHalf(Float32Array.of(value)))[0] ?? Number.NaN;
				const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 10));
				expect(Math.abs(back - value)).toBeLessThanOrEqual(step / 2);
			}),
		);
	});
});

describe('4 bits', () => {
	const blocks = fc.array(fc.float({ noNaN: true, min: -4, max: 4 }), {
		minLength: 2 * blockSize,
		maxLength: 2 * blockSize,
	});

	test('of whole multiples of a scale are exact', () => {
		const values = Float32Array.from({ length: blockSize }, (_, i) => ((i % 16) - 8) * 0.25);
		expect(expanded(quantiseTo4Bits(values))).toEqual(values);
	});

	test('are no worse than the scale of the largest element makes them', () => {
		fc.assert(
			fc.property(blocks, (numbers) => {
				const values = Float32Array.from(numbers);
				const plain = Float32Array.from(values, (value, i) => {
					const start = Math.floor(i / blockSize) * blockSize;
					const block = values.subarray(start, start + blockSize);
					const extreme = block.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
					const scale = fromHalf(toHalf(Float32Array.of(extreme / -8)))[0] ?? 0;
					if (scale === 0) return 0;
					return Math.max(-8, Math.min(7, Math.round(value / scale))) * scale;
				});
				const error = squaredError(expanded(quantiseTo4Bits(values)), values);
				expect(error).toBeLessThanOrEqual(squaredError(plain, values) * (1 + 1e-5) + 1e-9);
			}),
		);
	});

	test('take whole blocks only', () => {
		expect(() => quantiseTo4Bits(new Float32Array(40))).toThrow(/whole blocks/);
	});
});

test('8 bits are off by half a step of their row at most', () => {
	const values = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i) * (i < 30 ? 1 : 100));
	const { levels, scales } = quantiseTo8Bits(values, 2);
	values.forEach((value, i) => {
		const scale = scales[Math.floor(i / 30)] ?? 0;
		expect(Math.abs((levels[i] ?? 0) * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
	});
	expect(quantiseTo8Bits(new Float32Array(4), 2).scales).toEqual(new Float32Array(2));
});

test('a matrix is transposed, whatever its tiles', () => {
	const [rows, columns] = [37, 70];
	const values = Float32Array.from({ length: rows * columns }, (_, i) => i);
	const turned = transposed(values, [rows, columns]);
	expect(turned[3 * rows + 36]).toBe(36 * columns + 3);
	expect(transposed(turned, [columns, rows])).toEqual(values);
});
