import { expect, test } from 'vitest';
import { meetsTarget, missedTargets, ratioOf, table, type BenchRow } from './row.ts';

const decode: BenchRow = {
	what: 'decode',
	measured: { name: 'WebCodecs', value: 1500, unit: 'frames/s' },
	against: { name: 'ffmpeg', value: 2000, unit: 'frames/s' },
	target: { atLeast: 1 },
};

test('a ratio and its target', () => {
	expect(ratioOf(decode)).toBe(0.75);
	expect(meetsTarget(decode)).toBe(false);
	expect(meetsTarget({ ...decode, target: { atLeast: 0.75 } })).toBe(true);
	expect(meetsTarget({ ...decode, target: { atMost: 0.8 } })).toBe(true);
	expect(meetsTarget({ ...decode, target: { atMost: 0.7 } })).toBe(false);
	const { what, measured, against } = decode;
	expect(meetsTarget({ what, measured, against })).toBeNull();
});

test('rows that miss their target, and no others', () => {
	const { what, measured, against } = decode;
	const aimless = { what, measured, against };
	expect(missedTargets([{ ...decode, target: { atLeast: 0.75 } }, aimless])).toEqual([]);
	expect(missedTargets([decode, { ...decode, what: 'more', target: { atMost: 0.5 } }])).toEqual([
		'decode: 0.75 x',
		'more: 0.75 x',
	]);
});

test('the table', () => {
	expect(table([decode])).toBe(
		[
			'| what   | measured                | against              | ratio  | target | met |',
			'| ------ | ----------------------- | -------------------- | ------ | ------ | --- |',
			'| decode | WebCodecs 1500 frames/s | ffmpeg 2000 frames/s | 0.75 x | >= 1 x | no  |',
		].join('\n'),
	);
});
