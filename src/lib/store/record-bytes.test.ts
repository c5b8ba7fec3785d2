import { expect, test } from 'vitest';
import { recordBytes } from './record-bytes.ts';

test('counts what a record consists of', () => {
	expect(recordBytes(new Float32Array(10))).toBe(40);
	expect(recordBytes(new Float32Array(10).subarray(2, 4))).toBe(8);
	expect(recordBytes(new ArrayBuffer(3))).toBe(3);
	expect(recordBytes('grüße')).toBe(5);
	expect(recordBytes('Łódź')).toBe(8);
	expect(recordBytes([1, null, true, undefined])).toBe(11);
	expect(recordBytes({ text: 'abc', at: 1 })).toBe(4 + 3 + 2 + 8);
	expect(recordBytes(new Map([['spk_0', 1]]))).toBe(13);
});
