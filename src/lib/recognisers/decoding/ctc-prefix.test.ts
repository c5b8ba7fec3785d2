import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromWeights, tinyLogProbs } from '../../../../tests/fixtures/log-prob-arbitraries.ts';
import { CtcPrefixScorer } from './ctc-prefix.ts';
import { logAdd, sequenceLogProb } from './ctc.ts';
import type { LogProbs } from './ctc.ts';

/** Log probability of each output, and of each beginning of an output, by summing over all paths. */
function bruteForce({ frames, classes, data }: LogProbs) {
	const whole = new Map<string, number>();
	const beginnings = new Map<string, number>();
	const add = (sums: Map<string, number>, key: string, logProb: number): void => {
		sums.set(key, logAdd(sums.get(key) ?? -Infinity, logProb));
	};
	for (let path = 0; path < classes ** frames; path++) {
		let logProb = 0;
		let previous = 0;
		const units: number[] = [];
		for (let t = 0, rest = path; t < frames; t++, rest = Math.floor(rest / classes)) {
			const unit = rest % classes;
			logProb += data[t * classes + unit]!;
			if (unit !== 0 && unit !== previous) units.push(unit);
			previous = unit;
		}
		add(whole, units.join(' '), logProb);
		for (let length = 0; length <= units.length; length++) {
			add(beginnings, units.slice(0, length).join(' '), logProb);
		}
	}
	return { whole, beginnings };
}

const key = (units: readonly number[]): string => units.join(' ');

describe('CtcPrefixScorer', () => {
	test('gives every beginning the summed probability of its paths', () => {
		fc.assert(
			fc.property(tinyLogProbs, (logProbs) => {
				const { whole, beginnings } = bruteForce(logProbs);
				const scorer = new CtcPrefixScorer(logProbs);
				const candidates = Array.from({ length: logProbs.classes - 1 }, (_, i) => i + 1);
				let prefixes = [{ units: [] as number[], prefix: scorer.empty() }];
				for (let length = 0; length <= logProbs.frames && prefixes.length > 0; length++) {
					const extensions = scorer.extend(
						prefixes.map(({ prefix }) => prefix),
						Int32Array.from(prefixes.flatMap(() => candidates)),
					);
					const longer: typeof prefixes = [];
					prefixes.forEach(({ units, prefix }, row) => {
						expect(extensions.endLogProbs[row]).toBeCloseTo(whole.get(key(units)) ?? Number.NaN, 6);
						expect(prefix.logProb).toBeCloseTo(beginnings.get(key(units)) ?? Number.NaN, 6);
						candidates.forEach((unit, i) => {
							const index = row * candidates.length + i;
							const expected = beginnings.get(key([...units, unit]));
							if (expected === undefined) {
								expect(extensions.logProbs[index]).toBeLessThan(-1e9);
								return;
							}
							expect(extensions.logProbs[index]).toBeCloseTo(expected, 6);
							longer.push({ units: [...units, unit], prefix: extensions.prefix(index) });
						});
					});
					prefixes = longer;
				}
				expect(prefixes).toEqual([]);
			}),
			{ numRuns: 60 },
		);
	});

	test('agrees with the forward algorithm on long prefixes', () => {
		const row = (t: number): number[] =>
			Array.from({ length: 6 }, (_, c) => 0.05 + Math.sin(1.7 * t + 2.3 * c) ** 2);
		const logProbs = fromWeights(Array.from({ length: 120 }, (_, t) => row(t)));
		const scorer = new CtcPrefixScorer(logProbs);
		const units: number[] = [];
		let prefix = scorer.empty();
		for (const unit of [1, 1, 2, 5, 5, 5, 3, 4, 1]) {
			prefix = scorer.extend([prefix], Int32Array.of(unit)).prefix(0);
			units.push(unit);
			const [end] = scorer.extend([prefix], Int32Array.of()).endLogProbs;
			expect(end).toBeCloseTo(sequenceLogProb(logProbs, units), 6);
		}
		expect(prefix).toMatchObject({ length: 9, lastUnit: 1 });
	});

	test('refuses nothing to score by, and candidates that belong to nobody', () => {
		const none = { frames: 0, classes: 3, data: new Float32Array() };
		expect(() => new CtcPrefixScorer(none)).toThrow(TypeError);
		const scorer = new CtcPrefixScorer(fromWeights([[1, 1]]));
		const prefixes = [scorer.empty(), scorer.empty()];
		expect(() => scorer.extend(prefixes, Int32Array.of(1, 1, 1))).toThrow(TypeError);
	});
});
