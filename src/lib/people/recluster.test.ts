import { describe, expect, test } from 'vitest';
import { madeVoices } from '../../../tests/fixtures/made-voices.ts';
import { durationOf } from '../domain/time-range.ts';
import type { FoundVoices, VoiceMaterial } from './found-voices.ts';
import { recluster } from './recluster.ts';
import type { VoiceTuning } from './voice-tuning.ts';

const tuning: VoiceTuning = {
	windowSeconds: 1.6,
	stepSeconds: 0.5,
	shortestSeconds: 0.3,
	mergeCosine: 0.65,
	doubtCosine: 0,
	openCosine: 0.03,
	rung: 1,
};

const talk = madeVoices([
	[0, 12],
	[1, 9],
	[2, 14],
	[0, 10],
	[2, 8],
	[1, 16],
	[0, 3],
	[2, 10],
	[1, 8],
]);

function materialOf({ pieces, seconds } = talk): VoiceMaterial {
	const speech = new Float32Array(Math.ceil(25 * seconds)).fill(0.9);
	return { pieces, speech, embedder: 'made' };
}

/** Whether two divisions are the same but for the names of their parts. */
function sameDivision(a: readonly (number | null)[], b: readonly number[]): boolean {
	return a.every((_, i) => a.every((_value, j) => (a[i] === a[j]) === (b[i] === b[j])));
}

function voicesOf(found: FoundVoices): (number | null)[] {
	return found.pieces.map(({ voice }) => voice);
}

describe('recluster', () => {
	test('finds three people, who is who, and when they talk', () => {
		const found = recluster(materialOf(), { tuning });
		expect(sameDivision(voicesOf(found), talk.truth)).toBe(true);
		expect(found.count?.[0]).toBeLessThanOrEqual(3);
		expect(found.count?.[1]).toBeGreaterThanOrEqual(3);
		expect(found.voices.map(({ id, turns }) => [id, turns.length])).toEqual([
			[0, 3],
			[1, 3],
			[2, 3],
		]);
		expect(found.rung).toBe(1);
		for (const { spokenSeconds, turns, sample, confidence } of found.voices) {
			expect(turns.reduce((sum, turn) => sum + durationOf(turn), 0)).toBeCloseTo(spokenSeconds, 9);
			expect(durationOf(sample)).toBeGreaterThanOrEqual(3);
			expect(durationOf(sample)).toBeLessThanOrEqual(6);
			expect(
				turns.some(
					(turn) =>
						turn.startSeconds <= sample.startSeconds && turn.endSeconds >= sample.endSeconds,
				),
			).toBe(true);
			expect(confidence).toBeGreaterThan(0.8);
		}
	});

	test("all speech is in somebody's turn, and nobody talks twice at once", () => {
		const { voices, pieces } = recluster(materialOf(), { tuning });
		const turns = voices.flatMap((voice) => [...voice.turns]);
		const spoken = pieces.reduce((sum, piece) => sum + durationOf(piece), 0);
		expect(turns.reduce((sum, turn) => sum + durationOf(turn), 0)).toBeCloseTo(spoken, 9);
		turns.sort((a, b) => a.startSeconds - b.startSeconds);
		turns.forEach((turn, i) => {
			expect(turn.startSeconds).toBeGreaterThanOrEqual(turns[i - 1]?.endSeconds ?? 0);
		});
	});

	test('gives as many voices as are asked for', () => {
		for (const count of [1, 2, 3, 4, 6]) {
			const found = recluster(materialOf(), { tuning, count });
			expect(found.voices.length).toBe(count);
			expect(found.count).toEqual([count, count]);
		}
		expect(recluster(materialOf(), { tuning, count: { min: 1, max: 2 } }).voices.length).toBe(2);
		expect(recluster(materialOf(), { tuning, count: { min: 4, max: 9 } }).voices.length).toBe(4);
		expect(recluster(materialOf(), { tuning, count: { min: 2, max: 9 } }).voices.length).toBe(3);
		expect(() => recluster(materialOf(), { tuning, count: 0 })).toThrow(TypeError);
		expect(() => recluster(materialOf(), { tuning, count: { min: 3, max: 2 } })).toThrow(TypeError);
	});

	test('one person is one voice', () => {
		const alone = madeVoices([
			[0, 30],
			[0, 20],
			[0, 25],
		]);
		expect(recluster(materialOf(alone), { tuning }).voices.length).toBe(1);
	});

	test('keeps to what is known from elsewhere', () => {
		// Of the first and the second turn of one person, somebody saw two people.
		const apart = recluster(materialOf(), { tuning, links: { cannot: [[2, 40]] } });
		expect(apart.pieces[2]!.voice).not.toBe(apart.pieces[40]!.voice);
		expect(apart.voices.length).toBeGreaterThanOrEqual(4);
		const one = recluster(materialOf(), { tuning, links: { must: [[2, 15]] } });
		expect(one.pieces[2]!.voice).toBe(one.pieces[15]!.voice);
		const both = recluster(materialOf(), { tuning, links: { must: [[2, 15]], cannot: [[15, 2]] } });
		expect(both.doubts).toContainEqual({ code: 'links-contradict' });
		expect(() => recluster(materialOf(), { tuning, links: { must: [[0, 999]] } })).toThrow(
			TypeError,
		);
	});

	test('each channel is one person, however alike the voices are', () => {
		const { pieces, seconds } = madeVoices([
			[0, 9],
			[0, 12],
			[0, 7],
			[0, 8],
		]);
		const channelAt = (i: number): number => (i < 9 || (i >= 21 && i < 28) ? 0 : 1);
		const split = pieces.map((piece, i) => ({ ...piece, channel: channelAt(i) }));
		expect(recluster(materialOf({ ...talk, pieces, seconds }), { tuning }).voices).toHaveLength(1);
		const found = recluster(materialOf({ ...talk, pieces: split, seconds }), { tuning });
		expect(voicesOf(found)).toEqual(pieces.map((_, i) => channelAt(i)));
	});

	test('what was found before makes no difference', () => {
		const found = recluster(materialOf(), { tuning });
		expect(recluster(found, { tuning })).toEqual(found);
		const two = recluster(found, { tuning, count: 2 });
		expect(recluster(two, { tuning })).toEqual(found);
	});

	test('pieces that say nothing go with their neighbours', () => {
		const pieces = talk.pieces.map((piece, i) =>
			i % 9 === 4 ? { ...piece, embedding: null } : piece,
		);
		const found = recluster({ ...materialOf(), pieces }, { tuning });
		expect(sameDivision(voicesOf(found), talk.truth)).toBe(true);
	});

	test('without an embedding speech has no voice, and without speech there is nothing', () => {
		const pieces = talk.pieces.map((piece) => ({ ...piece, embedding: null }));
		const unknown = recluster({ ...materialOf(), pieces, embedder: null });
		expect(unknown.voices).toEqual([]);
		expect(unknown.rung).toBe(0);
		expect(unknown.count).toBeNull();
		expect(unknown.doubts).toEqual([{ code: 'voices-unknown' }]);
		expect(voicesOf(unknown).every((voice) => voice === null)).toBe(true);
		const silent = recluster({ ...materialOf(), pieces: [] }, { tuning });
		expect(silent.count).toEqual([0, 0]);
		expect(silent.doubts).toEqual([{ code: 'no-speech' }]);
	});

	test('half an hour of four people', () => {
		const turns = Array.from({ length: 300 }, (_, i) => [i % 4, 8 + (i % 9)] as const);
		const hour = madeVoices(turns);
		const found = recluster(materialOf(hour), { tuning });
		expect(found.voices.length).toBe(4);
		expect(sameDivision(voicesOf(found).slice(0, 400), hour.truth.slice(0, 400))).toBe(true);
	});
});
