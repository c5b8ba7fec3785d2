import { describe, expect, test } from 'vitest';
import { LipMotion } from './lag-curves.ts';
import {
	appliedLag,
	driftLine,
	lagMessage,
	loudnessOf,
	peakOf,
	pictureFrameOf,
	soundLag,
	soundOf,
	type SoundLag,
} from './sound-lag.ts';

/** A number from -1 to 1 for each place: the same each time, and like no other. */
function noise(seed: number, at: number): number {
	const value = Math.sin(seed * 127.1 + at * 311.7) * 43758.5453;
	return 2 * (value - Math.floor(value)) - 1;
}

/** What a mouth does: it opens and closes within a few frames. */
const mouth = (t: number): number => noise(1, t) + noise(1, t - 1) + noise(1, t - 2);

/** A face whose embeddings hold its mouth among much that has nothing to do with it. */
function lipsOf(frames: number, opening: (t: number) => number): Float32Array {
	return Float32Array.from({ length: frames * 128 }, (_, i) => {
		const t = Math.floor(i / 128);
		const d = i % 128;
		return noise(d + 2, t) + (d < 8 ? opening(t) : 0);
	});
}

const frames = 60 * 25;

/** @param lagAt by how many frames the sound is early */
function heard(lagAt: (t: number) => number, length = frames): Float32Array {
	return Float32Array.from({ length }, (_, t) => mouth(t + Math.round(lagAt(t))) + noise(500, t));
}

describe('soundLag', () => {
	test.each([-8, -3, 0, 5, 8])('finds a sound that is %i frames early', (lag) => {
		const found = soundLag(
			lipsOf(frames, mouth),
			heard(() => lag),
		);
		expect(found.kind).toBe('lag');
		expect(appliedOrZero(found)).toBeCloseTo(lag, 0);
	});

	test('a sound of something else is unrelated', () => {
		const other = Float32Array.from({ length: frames }, (_, t) => noise(900, t));
		expect(soundLag(lipsOf(frames, mouth), other)).toEqual({ kind: 'unrelated' });
	});

	test('a lag beyond what is tried is none that is found', () => {
		expect(
			soundLag(
				lipsOf(frames, mouth),
				heard(() => 20),
			).kind,
		).not.toBe('lag');
	});

	test('less than 20 s of faces say nothing', () => {
		const lips = lipsOf(frames, mouth);
		lips.fill(NaN, 18 * 25 * 128);
		expect(
			soundLag(
				lips,
				heard(() => 5),
			),
		).toEqual({ kind: 'unknown' });
		expect(soundLag(new Float32Array(0), new Float32Array(0))).toEqual({ kind: 'unknown' });
	});

	test('clocks that drift give a line', () => {
		const long = 5 * 60 * 25;
		const found = soundLag(
			lipsOf(long, mouth),
			heard((t) => 9 - (16 * t) / long, long),
		);
		expect(found.kind).toBe('drift');
		expect(appliedLag(found, 0)).toBeCloseTo(9, -0.5);
		expect(Math.abs(appliedLag(found, 0) - 9)).toBeLessThan(1);
		expect(Math.abs(appliedLag(found, long) + 7)).toBeLessThan(1);
	});
});

function appliedOrZero(lag: SoundLag): number {
	return lag.kind === 'lag' ? lag.frames : 0;
}

describe('peakOf', () => {
	const curve = (at: number, height = 0.5): Float64Array =>
		Float64Array.from({ length: 25 }, (_, l) => height * Math.exp(-(((l - 12 - at) / 3) ** 2)));

	test('is between frames where the curve is', () => {
		expect(peakOf(Array.from({ length: 8 }, () => curve(4.4)))?.frames).toBeCloseTo(4.4, 1);
	});

	test('is clear only where it is high, stands out and most parts agree', () => {
		const of = (curves: readonly Float64Array[]) => peakOf(curves)?.isClear;
		expect(of([4, 4, 4, 5, 6, 3, 4, -9].map((at) => curve(at)))).toBe(true);
		expect(of([4, 4, 4, 4, -9, -5, 0, 11].map((at) => curve(at)))).toBe(false);
		expect(of(Array.from({ length: 8 }, () => curve(4, 0.15)))).toBe(false);
		expect(of(Array.from({ length: 8 }, () => new Float64Array(25).fill(0.6)))).toBe(false);
		expect(of(Array.from({ length: 8 }, () => curve(12)))).toBe(false);
		expect(peakOf([curve(4), curve(4), curve(4)])).toBeNull();
	});
});

test('driftLine goes through windows that are known, and through none that lie on no line', () => {
	expect(driftLine([1, null, 5, 7, null])).toEqual({ start: 0, perWindow: 2 });
	expect(driftLine([1, null, null, 7, null])).toBeNull();
	expect(driftLine([1, 8, -4, 7, 0])).toBeNull();
});

describe('soundOf', () => {
	const sound = Float32Array.from({ length: 640 * 100 }, (_, n) => Math.floor(n / 640) + 1);
	const framesIn = (part: Float32Array): number[] =>
		Array.from({ length: part.length / 640 }, (_, t) => part[640 * t]!);

	test('puts the sound where the lips are', () => {
		expect(framesIn(soundOf(sound, { kind: 'lag', frames: 3 }, 10, 4))).toEqual([8, 9, 10, 11]);
		expect(framesIn(soundOf(sound, { kind: 'lag', frames: -3 }, 10, 4))).toEqual([14, 15, 16, 17]);
		expect(framesIn(soundOf(sound, { kind: 'lag', frames: 3 }, 1, 4))).toEqual([0, 0, 1, 2]);
		expect(framesIn(soundOf(sound, { kind: 'lag', frames: -3 }, 95, 4))).toEqual([99, 100]);
	});

	test('leaves a small lag, and what is not known, alone', () => {
		for (const lag of [{ kind: 'lag', frames: 1.4 }, { kind: 'unknown' }] as const) {
			expect(framesIn(soundOf(sound, lag, 97, 9))).toEqual([98, 99, 100]);
		}
	});

	test('follows clocks that drift', () => {
		const lag = { kind: 'drift', frames: 0, perFrame: 0.1 } as const;
		const own = framesIn(soundOf(sound, lag, 0, 91));
		expect([own[0], own[50], own[90]]).toEqual([1, 46, 82]);
	});
});

test('pictureFrameOf finds where the lips of a sound are', () => {
	expect(pictureFrameOf({ kind: 'lag', frames: 8 }, 100)).toBe(108);
	expect(pictureFrameOf({ kind: 'lag', frames: 1 }, 100)).toBe(100);
	const drift = { kind: 'drift', frames: -5, perFrame: 0.01 } as const;
	for (const frame of [0, 400, 900]) {
		const heardAt = Math.round(frame - appliedLag(drift, frame));
		expect(Math.abs(pictureFrameOf(drift, heardAt) - frame)).toBeLessThanOrEqual(1);
	}
});

test('lagMessage says how much and which way', () => {
	const put = 'This is put right where lips are compared with the sound.';
	expect(lagMessage({ kind: 'lag', frames: 3 }, 100)).toBe(
		`The sound is 120 ms early by the lips. ${put}`,
	);
	expect(lagMessage({ kind: 'lag', frames: -5 }, 100)).toBe(
		`The sound is 200 ms late by the lips. ${put}`,
	);
	expect(lagMessage({ kind: 'drift', frames: 0, perFrame: 0.08 }, 100)).toBe(
		`Sound and picture drift apart: the sound is in time at the start and 320 ms early at the end. ${put}`,
	);
	for (const lag of [{ kind: 'lag', frames: 1 }, { kind: 'unknown' }] as const) {
		expect(lagMessage(lag, 100)).toBeNull();
	}
});

test('LipMotion keeps the largest of all faces that are in sight', () => {
	const motion = new LipMotion(4);
	const corners = new Float32Array(12);
	const seenOnce = Float32Array.of(0, 0, 1, 1, NaN, NaN, NaN, NaN);
	motion.add({ firstFrame: 1, corners }, 0, new Float32Array(3 * 128).fill(2));
	motion.add({ firstFrame: 1, corners: seenOnce }, 0, new Float32Array(2 * 128).fill(5));
	expect([0, 1, 2, 3].map((t) => motion.rows[t * 128])).toEqual([NaN, 5, 2, 2]);
});

test('loudnessOf is a logarithm of each frame alone', () => {
	const sound = new Float32Array(1280).fill(0.5, 640);
	expect([...loudnessOf(sound)]).toEqual([0, Math.fround(Math.log1p(16384))]);
});
