import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { assignFaces, evidenceOf } from './associate.ts';
import { decide, mostAtOnce, speakingOdds, type PersonEvidence } from './decide.ts';

function vectors(name: string): unknown {
	return JSON.parse(readFileSync(sharedPath(`vectors/recordings/${name}.json`), 'utf8'));
}

interface AssociationVectors {
	readonly frames: number;
	readonly voice: Readonly<Record<string, readonly (readonly [number, number])[]>>;
	readonly asd: Readonly<Record<string, readonly (number | null)[]>>;
	readonly evidence_s: readonly (readonly number[])[];
	readonly L: readonly (readonly number[])[];
	readonly assignment: Readonly<Record<string, string>>;
}

interface DecisionVectors {
	readonly z: number[][];
	readonly v: number[][];
	readonly w: number[][];
	readonly vad: number[];
	readonly segCount: number[];
	readonly f: number[][];
	readonly n: number[];
	readonly runs: number[][][];
}

describe.skipIf(!hasShared)('the face of each voice', () => {
	test('as the rule has it, one voice off screen', () => {
		const { frames, voice, asd, evidence_s, L, assignment } = vectors(
			'association',
		) as AssociationVectors;
		const voices = Object.values(voice).map((ranges) =>
			Uint8Array.from({ length: frames }, (_, t) =>
				ranges.some(([from, to]) => t >= from && t < to) ? 1 : 0,
			),
		);
		const faces = Object.values(asd).map((line) => Float32Array.from(line, (z) => z ?? NaN));
		const evidence = evidenceOf(voices, faces);
		evidence.seconds.forEach((row, k) =>
			row.forEach((value, p) => expect(value).toBeCloseTo(evidence_s[k]![p]!, 5)),
		);
		evidence.ratio.forEach((row, k) =>
			row.forEach((value, p) => expect(value).toBeCloseTo(L[k]![p]!, 4)),
		);
		const names = Object.keys(asd);
		expect(
			assignFaces(evidence).map(({ face }) => (face === null ? 'off-screen' : names[face])),
		).toEqual(Object.values(assignment));
	});
});

describe('assignFaces', () => {
	test('any number of voices may be off screen, and strangers never meet', () => {
		const ratio = [[1], [1.5], [30]];
		expect(assignFaces({ ratio, seconds: [[5], [5], [0.5]] }).map(({ face }) => face)).toEqual([
			...[null, null, null],
		]);
		const [, , third] = assignFaces({ ratio, seconds: [[5], [5], [5]] });
		expect(third?.face).toBe(0);
		expect(third?.confidence).toBeGreaterThan(0.99);
	});

	test('without faces everybody is off screen', () => {
		expect(assignFaces({ ratio: [[], []], seconds: [[], []] })).toMatchObject([
			{ face: null },
			{ face: null },
		]);
	});
});

describe.skipIf(!hasShared)('who speaks', () => {
	test('as the rule has it', () => {
		const { z, v, w, vad, segCount, f, n, runs } = vectors('decision') as DecisionVectors;
		const people = z.map((line, p): PersonEvidence => {
			const lips = Float32Array.from(line, (value, t) => (v[p]![t] === 1 ? value : NaN));
			return { lips, voice: Float32Array.from(w[p]!) };
		});
		const speech = Float32Array.from(vad);
		const heard = Uint8Array.from(segCount);
		people.forEach((person, p) =>
			speakingOdds(person, speech).forEach((value, t) => expect(value).toBeCloseTo(f[p]![t]!, 4)),
		);
		expect([...mostAtOnce(people, speech, heard)]).toEqual(n);
		expect(decide(people, speech, heard)).toEqual(runs);
	});
});
