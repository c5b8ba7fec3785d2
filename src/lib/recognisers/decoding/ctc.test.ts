import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromWeights, tinyLogProbs } from '../../../../tests/fixtures/log-prob-arbitraries.ts';
import { alignUnits, greedyUnits, logAdd, sequenceLogProb } from './ctc.ts';
import type { LogProbs } from './ctc.ts';
import { prefixBeamSearch, defaultBeamOptions } from './prefix-beam.ts';

/** Every path, merged to its sequence: the definition of CTC. */
function bruteForce({ frames, classes, data }: LogProbs): Map<string, number> {
	const sums = new Map<string, number>();
	for (let path = 0; path < classes ** frames; path++) {
		let logProb = 0;
		let previous = 0;
		const units: number[] = [];
		for (let t = 0, rest = path; t < frames; t++, rest = Math.floor(rest / classes)) {
			const unit = rest % classes;
			logProb += data[t * classes + unit] ?? -Infinity;
			if (unit !== 0 && unit !== previous) units.push(unit);
			previous = unit;
		}
		const key = units.join(' ');
		sums.set(key, logAdd(sums.get(key) ?? -Infinity, logProb));
	}
	return sums;
}

const parse = (key: string): number[] => (key === '' ? [] : key.split(' ').map(Number));
const wide = { ...defaultBeamOptions, width: 10_000, minimumLogProb: -Infinity };

describe('CTC', () => {
	test('a sequence has the summed probability of its paths', () => {
		fc.assert(
			fc.property(tinyLogProbs, (logProbs) => {
				for (const [key, logProb] of bruteForce(logProbs)) {
					expect(sequenceLogProb(logProbs, parse(key))).toBeCloseTo(logProb, 6);
				}
			}),
			{ numRuns: 50 },
		);
	});

	test('what does not fit has probability 0', () => {
		const logProbs = fromWeights([
			[1, 1],
			[1, 1],
		]);
		expect(sequenceLogProb(logProbs, [1, 1])).toBe(-Infinity);
		expect(() => alignUnits(logProbs, [1, 1])).toThrow(TypeError);
	});

	test('a wide beam finds the best sequence and its exact probability', () => {
		fc.assert(
			fc.property(tinyLogProbs, (logProbs) => {
				const truth = bruteForce(logProbs);
				const found = prefixBeamSearch(logProbs, wide);
				expect(found).toHaveLength(truth.size);
				for (const { units, acoustic, score } of found) {
					expect(acoustic).toBeCloseTo(truth.get(units.join(' ')) ?? Number.NaN, 6);
					expect(score).toBe(acoustic);
				}
				expect(found[0]?.acoustic).toBeCloseTo(Math.max(...truth.values()), 6);
			}),
			{ numRuns: 50 },
		);
	});

	test('a beam is never worse than the best path', () => {
		fc.assert(
			fc.property(tinyLogProbs, (logProbs) => {
				const [best] = prefixBeamSearch(logProbs, wide);
				const greedy = sequenceLogProb(logProbs, greedyUnits(logProbs));
				expect(best?.acoustic).toBeGreaterThanOrEqual(greedy - 1e-9);
			}),
		);
	});

	test('greedy merges repeats and drops blanks', () => {
		const spike = (unit: number): number[] => [0, 1, 2].map((c) => (c === unit ? 1 : 0.01));
		const path = [0, 1, 1, 0, 1, 2, 2, 0];
		expect(greedyUnits(fromWeights(path.map(spike)))).toEqual([1, 1, 2]);
		expect(greedyUnits({ frames: 0, classes: 3, data: new Float32Array() })).toEqual([]);
	});

	test('the alignment gives each unit its frames and largest posterior', () => {
		const spike = (unit: number, height: number): number[] =>
			[0, 1, 2].map((c) => (c === unit ? height : (1 - height) / 2));
		const rows = [
			spike(0, 0.9),
			spike(1, 0.6),
			spike(1, 0.8),
			spike(0, 0.9),
			spike(1, 0.7),
			spike(2, 0.5),
		];
		const aligned = alignUnits(fromWeights(rows), [1, 1, 2]);
		expect(aligned).toEqual([
			{ unit: 1, startFrame: 1, endFrame: 3, confidence: expect.closeTo(0.8, 5) },
			{ unit: 1, startFrame: 4, endFrame: 5, confidence: expect.closeTo(0.7, 5) },
			{ unit: 2, startFrame: 5, endFrame: 6, confidence: expect.closeTo(0.5, 5) },
		]);
		expect(alignUnits(fromWeights(rows), [])).toEqual([]);
	});

	test('aligned units lie one after the other', () => {
		fc.assert(
			fc.property(tinyLogProbs, (logProbs) => {
				const [best] = prefixBeamSearch(logProbs, wide);
				let end = 0;
				for (const span of alignUnits(logProbs, best?.units ?? [])) {
					expect(span.startFrame).toBeGreaterThanOrEqual(end);
					expect(span.endFrame).toBeGreaterThan(span.startFrame);
					end = span.endFrame;
				}
				expect(end).toBeLessThanOrEqual(logProbs.frames);
			}),
		);
	});
});
