import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goldenScores } from '../../../../tests/light-asd-golden.ts';
import { hasShared, sharedPath } from '../../../../tests/shared.ts';
import { present } from '../../support/assert.ts';
import { calibratedActivity } from './calibrated-activity.ts';
import { calibratedSegments } from './calibrated-segments.ts';
import type { ScoredSpeaker } from './scored-track.ts';

const frameRateHz = 25;

function speaker(speakerId: string, scores: ArrayLike<number>, frameStart = 0): ScoredSpeaker {
	const activity = { frameStart, scores: Float32Array.from(scores) };
	return { speakerId, tracks: [{ trackId: 'track_00', startSeconds: frameStart / 25, activity }] };
}

/** Frames in which the label cues have the speaker talk. */
function labelled(session: string, speakerId: string, count: number): boolean[] {
	const text = readFileSync(sharedPath(`sessions/${session}/labels/${speakerId}.vtt`), 'utf8');
	const frame = (time: string | undefined): number =>
		(time ?? '')
			.split(':')
			.reduce((total, part, index) => total + (Number(part) * frameRateHz) / 60 ** (index - 2), 0);
	const talks = Array.from({ length: count }, () => false);
	for (const [, start, end] of text.matchAll(/([\d:.]+) --> ([\d:.]+)/g)) {
		talks.fill(true, Math.round(frame(start)), Math.round(frame(end)));
	}
	return talks;
}

/** Of the sessions' evaluated part, in frames. */
const uem = { start: 2 * frameRateHz, end: 59 * frameRateHz };

function accuracy(said: (frame: number) => boolean, truth: readonly boolean[]): number {
	let right = 0;
	for (let t = uem.start; t < uem.end; t++) right += said(t) === truth[t] ? 1 : 0;
	return right / (uem.end - uem.start);
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe.skipIf(!hasShared).each([
	{ session: 'grid-party-4', target: 0.85 },
	{ session: 'grid-onevoice-4', target: 0.8 },
])('on $session', ({ session, target }) => {
	const golden = goldenScores(session);
	const voice = Float32Array.from(golden.voicePercent, (percent) => percent / 100);

	test.each(golden.runs)(
		'chunks of $durationsSeconds s, $audioScale: speech is found and probabilities are honest',
		({ tenths }) => {
			const speakers = Object.entries(tenths).map(([id, values]) =>
				speaker(
					id,
					values.map((value) => value / 10),
				),
			);
			const byFrame: number[] = [];
			const bySegment: number[] = [];
			const bins = Array.from({ length: 10 }, () => ({ frames: 0, talking: 0, said: 0 }));
			calibratedActivity(speakers, voice).forEach((activity, index) => {
				const { tracks, speakerId } = speakers[index]!;
				const truth = labelled(session, speakerId, activity.probabilities.length);
				byFrame.push(accuracy((t) => activity.probabilities[t]! > 0.5, truth));
				const segments = calibratedSegments(activity, tracks);
				const within = (t: number): boolean =>
					segments.some(
						({ startSeconds, endSeconds }) =>
							t / frameRateHz >= startSeconds - 1e-6 && t / frameRateHz < endSeconds - 1e-6,
					);
				bySegment.push(accuracy(within, truth));
				for (let t = uem.start; t < uem.end; t++) {
					const probability = activity.probabilities[t]!;
					const bin = bins[Math.min(9, Math.floor(10 * probability))]!;
					bin.frames++;
					bin.said += probability;
					bin.talking += truth[t] ? 1 : 0;
				}
			});
			expect(mean(byFrame)).toBeGreaterThanOrEqual(target);
			expect(mean(bySegment)).toBeGreaterThanOrEqual(target);
			const frames = bins.reduce((sum, bin) => sum + bin.frames, 0);
			const miss = bins.reduce((sum, bin) => sum + Math.abs(bin.said - bin.talking), 0);
			expect(miss / frames).toBeLessThan(0.08);
		},
	);

	test('without knowing of voices it still beats the target', () => {
		const run = present(
			golden.runs.find(({ durationsSeconds }) => durationsSeconds.length === 1),
			'A run of one duration',
		);
		const speakers = Object.entries(run.tenths).map(([id, values]) =>
			speaker(
				id,
				values.map((value) => value / 10),
			),
		);
		const found = calibratedActivity(speakers).map(({ probabilities, speakerId }) =>
			accuracy((t) => probabilities[t]! > 0.5, labelled(session, speakerId, probabilities.length)),
		);
		expect(mean(found)).toBeGreaterThanOrEqual(target);
	});
});

/** Scores as the network gives them: a slow wander around either mode. Repeatable. */
function wander(talks: readonly boolean[], offset: number, seed: number): number[] {
	let state = seed;
	const random = (): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32 - 0.5;
	};
	let drift = 0;
	return talks.map((talking) => {
		drift = 0.9 * drift + 1.2 * random();
		return (talking ? 4.1 : 0) + offset + drift;
	});
}

const turns = (count: number, period: number, phase: number): boolean[] =>
	Array.from({ length: count }, (_, t) => (t + phase) % period < period / 3);

function share(probabilities: Float32Array): number {
	return probabilities.filter((value) => value > 0.5).length / probabilities.length;
}

describe('calibratedActivity', () => {
	const count = 1500;

	test('one who never speaks and one who always does come out so beside one who takes turns', () => {
		const never = Array.from({ length: count }, () => false);
		const always = Array.from({ length: count }, () => true);
		for (const offset of [-0.8, 0, 0.8]) {
			const shares = calibratedActivity([
				speaker('a', wander(never, offset, 1)),
				speaker('b', wander(always, offset, 2)),
				speaker('c', wander(turns(count, 150, 0), offset, 3)),
			]).map(({ probabilities }) => share(probabilities));
			expect(shares[0]).toBeLessThan(0.05);
			expect(shares[1]).toBeGreaterThan(0.95);
			expect(shares[2]).toBeCloseTo(1 / 3, 1);
		}
	});

	test('a face whose scores all lie higher is calibrated to itself', () => {
		const [talks, others] = [turns(count, 150, 0), turns(count, 150, 50)];
		const [high] = calibratedActivity([
			speaker('a', wander(talks, 1.5, 4)),
			speaker('b', wander(others, 0, 5)),
		]);
		const right = talks.filter((talking, t) => talking === (high?.probabilities[t] ?? NaN) > 0.5);
		expect(right.length / count).toBeGreaterThan(0.93);
	});

	test('a silent room speaks against speech, an unheard one says nothing', () => {
		const unsure = speaker('a', new Float32Array(500).fill(2.4));
		const at = (voice: Float32Array | null): number =>
			calibratedActivity([unsure], voice)[0]!.probabilities[250]!;
		expect(at(new Float32Array(500))).toBeLessThan(at(null));
		expect(at(new Float32Array(500).fill(1))).toBeCloseTo(at(null), 6);
		expect(at(new Float32Array(500).fill(NaN))).toBeCloseTo(at(null), 6);
	});

	test('short gaps in a face are bridged, long ones are unknown', () => {
		const scores = wander(turns(count, 150, 0), 0, 6);
		scores.fill(NaN, 100, 108);
		scores.fill(NaN, 400, 450);
		const { probabilities } = calibratedActivity([speaker('a', scores)])[0]!;
		probabilities.forEach((value, t) => expect(Number.isNaN(value)).toBe(t >= 400 && t < 450));
	});

	test('all speakers are on one time line; one without scores is unknown throughout', () => {
		const activities = calibratedActivity([
			speaker('a', [3, 3, 3], 10),
			{ speakerId: 'b', tracks: [] },
			speaker('c', [0, 0], 20),
		]);
		for (const { frameStart, probabilities } of activities) {
			expect([frameStart, probabilities.length]).toEqual([10, 12]);
		}
		expect(activities[1]!.probabilities.every(Number.isNaN)).toBe(true);
		expect(calibratedActivity([{ speakerId: 'b', tracks: [] }])[0]!.probabilities.length).toBe(0);
	});

	test('whatever the scores, probabilities are probabilities', () => {
		const score = fc.oneof(fc.constant(NaN), fc.float({ min: -30, max: 30, noNaN: true }));
		fc.assert(
			fc.property(fc.array(fc.array(score, { maxLength: 60 }), { maxLength: 4 }), (lines) => {
				const speakers = lines.map((line, index) => speaker(`spk_${index}`, line));
				for (const { probabilities } of calibratedActivity(speakers)) {
					for (const value of probabilities) {
						expect(Number.isNaN(value) || (value >= 0 && value <= 1)).toBe(true);
					}
				}
			}),
		);
	});
});
