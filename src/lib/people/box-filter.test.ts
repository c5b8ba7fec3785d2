import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { BoxFilter } from './box-filter.ts';

interface Step {
	readonly i: number;
	readonly missed?: boolean;
	readonly mean?: number[];
	readonly varDiag?: number[];
	readonly predicted?: number[];
	readonly predVarDiag?: number[];
	readonly maha4?: number;
}

interface Vectors {
	readonly boxes_ltwh: readonly (readonly [number, number, number, number])[];
	readonly kalman: readonly Step[];
}

function expectNear(found: readonly number[], expected: readonly number[]): void {
	expect(found).toHaveLength(expected.length);
	found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
}

describe.skipIf(!hasShared)('BoxFilter', () => {
	test('is the filter of DeepSORT, step by step, over boxes that were missed', () => {
		const { boxes_ltwh: boxes, kalman } = JSON.parse(
			readFileSync(sharedPath('vectors/recordings/kalman_deepsort.json'), 'utf8'),
		) as Vectors;
		let filter = null as BoxFilter | null;
		for (const { i, missed, mean, varDiag, predicted, predVarDiag, maha4 } of kalman) {
			const [left, top, width, height] = boxes[i]!;
			const box = { left, top, right: left + width, bottom: top + height };
			filter = filter?.predict() ?? null;
			if (predicted) expectNear(filter?.state.mean ?? [], predicted);
			if (predVarDiag) expectNear(filter?.state.variance ?? [], predVarDiag);
			if (maha4 !== undefined) expect(filter?.distance(box)).toBeCloseTo(maha4, 4);
			if (missed) continue;
			filter = filter?.update(box) ?? BoxFilter.from(box);
			expectNear(filter.state.mean, mean ?? []);
			expectNear(filter.state.variance, varDiag ?? []);
		}
	});
});
