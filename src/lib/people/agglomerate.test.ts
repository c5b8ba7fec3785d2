import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { agglomerate, clustersAfter, cosineMatrix } from './agglomerate.ts';
import type { Links, Merge } from './agglomerate.ts';

function direction(degrees: number): Float32Array {
	const angle = (degrees * Math.PI) / 180;
	return Float32Array.of(Math.cos(angle), Math.sin(angle));
}

function mergesOf(prints: readonly Float32Array[], links: Links = {}): Merge[] {
	return agglomerate(prints.length, cosineMatrix(prints), links);
}

function labelsDownTo(prints: readonly Float32Array[], least: number, links: Links = {}): number[] {
	const merges = mergesOf(prints, links).filter(({ likeness }) => likeness >= least);
	return clustersAfter(prints.length, merges);
}

/** Average linkage as it is defined: the mean over all pairs, looked for among all clusters each time. */
function byDefinition(n: number, cosines: Float32Array, links: Links): Merge[] {
	const groups = Array.from({ length: n }, (_, i) => [i]);
	const cannot = new Set((links.cannot ?? []).flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
	const merges: Merge[] = [];
	for (;;) {
		let best: [number, number, number] | null = null;
		for (const [i, a] of groups.entries()) {
			for (const [k, b] of groups.slice(i + 1).entries()) {
				const pairs = a.flatMap((x) => b.map((y) => [x, y] as const));
				if (pairs.some(([x, y]) => cannot.has(`${x} ${y}`))) continue;
				const mean = pairs.reduce((sum, [x, y]) => sum + cosines[x * n + y]!, 0) / pairs.length;
				if (best === null || mean > best[0]) best = [mean, i, i + 1 + k];
			}
		}
		if (best === null) return merges;
		const [likeness, i, j] = best;
		merges.push({ kept: groups[i]![0]!, joined: groups[j]![0]!, likeness, linked: false });
		groups[i]!.push(...groups.splice(j, 1)[0]!);
	}
}

describe('agglomerate', () => {
	test('joins what is alike, and nothing that cannot be one', () => {
		const prints = [0, 10, 80, 90].map(direction);
		expect(labelsDownTo(prints, 0.9)).toEqual([0, 0, 1, 1]);
		expect(labelsDownTo(prints, 0.9, { cannot: [[0, 1]] })).toEqual([0, 1, 2, 2]);
		expect(labelsDownTo(prints, 0.9, { must: [[3, 0]] })).toEqual([0, 1, 2, 0]);
		// A cannot-link of a member holds for its whole cluster.
		const whole = mergesOf(prints, { cannot: [[0, 2]] });
		expect(clustersAfter(4, whole)).toEqual([0, 0, 1, 1]);
	});

	test('does what its definition says, whatever the numbers', () => {
		let seed = 1;
		const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
		for (let round = 0; round < 20; round++) {
			const n = 12;
			const prints = Array.from({ length: n }, () => {
				const values = Array.from({ length: 3 }, () => random() - 0.5);
				return Float32Array.from(values, (value) => value / Math.hypot(...values));
			});
			const pair = (): [number, number] => [Math.floor(6 * random()), 6 + Math.floor(6 * random())];
			const links = { cannot: [pair(), pair(), pair()] };
			const found = mergesOf(prints, links);
			const expected = byDefinition(n, cosineMatrix(prints), links);
			expect(found.map(({ kept, joined }) => [kept, joined])).toEqual(
				expected.map(({ kept, joined }) => [kept, joined]),
			);
			found.forEach(({ likeness }, i) => expect(likeness).toBeCloseTo(expected[i]!.likeness, 5));
		}
	});

	test('nothing, and a single piece', () => {
		expect(mergesOf([])).toEqual([]);
		expect(mergesOf([direction(3)])).toEqual([]);
		expect(() => agglomerate(2, new Float32Array(3))).toThrow(TypeError);
	});
});

const mergeSchema = v.tuple([v.number(), v.array(v.number()), v.array(v.number())]);
const caseSchema = v.object({ labels: v.array(v.number()), merges: v.array(mergeSchema) });
const constrainedSchema = v.object({
	angles_deg: v.array(v.number()),
	free_T045: caseSchema,
	cannot_0_3_T045: caseSchema,
	must_0_7_T045: caseSchema,
	both: caseSchema,
});
const averageSchema = v.object({
	ahc_average: v.object({
		X: v.array(v.array(v.number())),
		thr04: v.array(v.number()),
		thr025: v.array(v.number()),
		thr08: v.array(v.number()),
	}),
});

function vectorFile(name: string): unknown {
	return JSON.parse(readFileSync(sharedPath(`vectors/recordings/${name}`), 'utf8'));
}

describe.skipIf(!hasShared)('as computed elsewhere', () => {
	test('with constraints, merge by merge', () => {
		const vectors = v.parse(constrainedSchema, vectorFile('constrained_ahc.json'));
		const prints = vectors.angles_deg.map(direction);
		const cases: [v.InferOutput<typeof caseSchema>, Links][] = [
			[vectors.free_T045, {}],
			[vectors.cannot_0_3_T045, { cannot: [[0, 3]] }],
			[vectors.must_0_7_T045, { must: [[0, 7]] }],
		];
		for (const [expected, links] of cases) {
			expect(labelsDownTo(prints, 0.45, links)).toEqual(expected.labels);
			const free = mergesOf(prints, links).filter((merge) => !merge.linked);
			const kept = free.filter(({ likeness }) => likeness >= 0.45);
			expect(kept.map(({ kept: a, joined: b }) => [a, b])).toEqual(
				expected.merges.map(([, a, b]) => [a[0], b[0]]),
			);
			kept.forEach(({ likeness }, i) => {
				expect(Math.abs(likeness - expected.merges[i]![0])).toBeLessThan(1e-5);
			});
		}
	});

	test('average linkage at three thresholds', () => {
		const { ahc_average: vectors } = v.parse(averageSchema, vectorFile('clustering.json'));
		const prints = vectors.X.map((row) => {
			const length = Math.hypot(...row);
			return Float32Array.from(row, (value) => value / length);
		});
		expect(labelsDownTo(prints, 0.4)).toEqual(vectors.thr04);
		expect(labelsDownTo(prints, 0.25)).toEqual(vectors.thr025);
		expect(labelsDownTo(prints, 0.8)).toEqual(vectors.thr08);
	});
});
