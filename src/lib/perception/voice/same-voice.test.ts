import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVoices, linkVoices, recogniseVoices } from './same-voice.ts';
import { cosineOf, meanPrint } from './voice-embedder.ts';

const embedder = { sameVoiceCosine: 0.7, surelySameCosine: 0.9, differentVoicesCosine: 0.5 };
/** A print in the plane, by its angle in degrees. */
const at = (degrees: number): Float32Array =>
	Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

describe('prints', () => {
	test('the cosine of the angle between two', () => {
		expect(cosineOf(at(10), at(70))).toBeCloseTo(0.5, 6);
		expect(cosineOf(at(0), at(180))).toBeCloseTo(-1, 6);
		expect(() => cosineOf(at(0), new Float32Array(3))).toThrow(TypeError);
	});

	test('the mean has length 1 and lies between', () => {
		const mean = meanPrint([at(0), at(90)]);
		expect(cosineOf(mean, at(45))).toBeCloseTo(1, 6);
		expect(Math.hypot(...mean)).toBeCloseTo(1, 6);
		expect(() => meanPrint([])).toThrow(TypeError);
		expect(() => meanPrint([Float32Array.of(1, 0), Float32Array.of(-1, 0)])).toThrow(TypeError);
	});
});

describe('compareVoices', () => {
	test('one voice from one threshold on, two below the other, open between', () => {
		expect(compareVoices(embedder, at(0), at(44))).toEqual({
			cosine: expect.closeTo(0.719, 3),
			verdict: 'same',
		});
		expect(compareVoices(embedder, at(0), at(46)).verdict).toBe('open');
		expect(compareVoices(embedder, at(0), at(61)).verdict).toBe('different');
	});
});

describe('recogniseVoices', () => {
	test('takes the nearest person who is near enough', () => {
		const people = [at(0), at(60), at(180)];
		expect(recogniseVoices(embedder, [at(25), at(40), at(120), at(170)], people)).toEqual([
			0,
			1,
			null,
			2,
		]);
		expect(recogniseVoices(embedder, [at(0)], [])).toEqual([null]);
	});
});

describe('linkVoices', () => {
	test('takes together what sounds alike, in the order in which people appear', () => {
		const prints = [at(100), at(0), at(110), at(20), at(250), at(95)];
		expect(linkVoices(embedder, prints)).toEqual([0, 1, 0, 1, 2, 0]);
		expect(linkVoices(embedder, [])).toEqual([]);
	});

	test('a chain of likenesses does not join its ends', () => {
		const people = linkVoices(embedder, [at(0), at(40), at(80), at(120)]);
		expect(people[0]).not.toBe(people[3]);
	});

	test('never joins two who were seen at one time, however alike', () => {
		const turn = fc.integer({ min: 0, max: 359 });
		fc.assert(
			fc.property(
				fc.array(turn, { minLength: 2, maxLength: 8 }),
				fc.array(fc.tuple(fc.nat(7), fc.nat(7))),
				(turns, pairs) => {
					const apart = (a: number, b: number): boolean =>
						pairs.some(([x, y]) => x !== y && x === a && y === b);
					const people = linkVoices(embedder, turns.map(at), apart);
					for (const [a, b] of pairs) {
						if (a === b || a >= turns.length || b >= turns.length) continue;
						expect(people[a]).not.toBe(people[b]);
					}
					expect(people[0]).toBe(0);
					expect(Math.max(...people)).toBe(new Set(people).size - 1);
				},
			),
		);
	});
});
