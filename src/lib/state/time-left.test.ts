import { describe, expect, test } from 'vitest';
import type { JobEvent } from '../pipeline/job.ts';
import { stagesFor, type StageId } from '../pipeline/stages/list.ts';
import { afterEvent, freshStages, stageFraction } from './stage-progress.ts';
import type { StageProgress } from './stage-progress.ts';
import { firstWeights, learnWeights, overallFraction, secondsLeft } from './time-left.ts';

const stageIds = stagesFor('given');

const speakers = ['spk_0', 'spk_1', 'spk_10'];

function play(events: readonly (readonly [atSeconds: number, event: JobEvent])[]) {
	return events.reduce<readonly StageProgress[]>(
		(stages, [at, event]) => afterEvent(stages, event, at, speakers),
		freshStages(),
	);
}

function progress(stage: StageId, subject: string, done: number, total = 100): JobEvent {
	return { kind: 'progress', stage, progress: { stage, subject, done, total, unit: 'frames' } };
}

function stageOf(stages: readonly StageProgress[], id: StageId): StageProgress {
	const stage = stages.find((one) => one.id === id);
	if (!stage) throw new Error(`no ${id}`);
	return stage;
}

describe('stage progress', () => {
	test('speakers that were not told of count as not begun', () => {
		const stages = play([[0, progress('lips', 'spk_0', 50)]]);
		expect(stageFraction(stageOf(stages, 'lips'), 3)).toBeCloseTo(0.5 / 3);
	});

	test('tracks add up to their speaker, and spk_1 is not spk_10', () => {
		const stages = play([
			[0, progress('lips', 'spk_10/track_00', 100)],
			[1, progress('lips', 'spk_10/track_01', 0)],
			[2, progress('lips', 'spk_1', 10)],
		]);
		expect(stageOf(stages, 'lips').subjects).toEqual([
			{ speakerId: 'spk_10', done: 100, total: 200, unit: 'frames', storedDone: 100 },
			{ speakerId: 'spk_1', done: 10, total: 100, unit: 'frames', storedDone: 0 },
		]);
	});

	test('a count that starts anew is the next track', () => {
		const stages = play([
			[0, progress('activity', 'spk_1', 0)],
			[5, progress('activity', 'spk_1', 100)],
			[6, progress('activity', 'spk_1', 10)],
		]);
		expect(stageOf(stages, 'activity').subjects[0]).toMatchObject({ done: 10, storedDone: 0 });
	});

	test('a stage without a subject is judged as a whole', () => {
		const event: JobEvent = {
			kind: 'progress',
			stage: 'conversations',
			progress: { stage: 'conversations', done: 3, total: 4, unit: 'pairs' },
		};
		expect(stageFraction(stageOf(play([[0, event]]), 'conversations'), 3)).toBe(0.75);
	});

	test('all stages done is the whole', () => {
		const stages = play(
			stageIds.map((stage) => [
				1,
				{ kind: 'stage-done', stage, seconds: 1, fromStore: false } as const,
			]),
		);
		expect(overallFraction(stages, 3, firstWeights)).toBeCloseTo(1);
	});
});

describe('time left', () => {
	/** A run whose stages take exactly `scale` seconds for each unit of weight. */
	function steadyRun(scale: number, untilSeconds: number) {
		const events: [number, JobEvent][] = [];
		let at = 0;
		for (const stage of stageIds) {
			const took = firstWeights[stage] * scale;
			events.push([at, { kind: 'stage-started', stage }]);
			for (let step = 0; step <= 300; step += 1) {
				const speaker = speakers[Math.min(2, Math.floor(step / 100))] ?? '';
				const done = step === 300 ? 100 : step % 100;
				events.push([at + (took * step) / 300, progress(stage, speaker, done)]);
				if (step > 0 && step % 100 === 0) {
					events.push([
						at + (took * step) / 300,
						progress(stage, speakers[step / 100 - 1] ?? '', 100),
					]);
				}
			}
			at += took;
			events.push([at, { kind: 'stage-done', stage, seconds: took, fromStore: false }]);
		}
		return { seconds: at, stages: play(events.filter(([time]) => time <= untilSeconds)) };
	}

	test.each([0.1, 0.3, 0.5, 0.8, 0.95])('of a steady run is right to a twentieth at %d', (part) => {
		const whole = steadyRun(3, Infinity).seconds;
		const now = whole * part;
		const left = secondsLeft(steadyRun(3, now).stages, 3, firstWeights, 0, now);
		expect(left).not.toBeNull();
		expect(Math.abs((left ?? 0) - (whole - now))).toBeLessThan(0.05 * whole);
	});

	test('is not told before anything was seen', () => {
		expect(secondsLeft(freshStages(), 3, firstWeights, 0, 30)).toBeNull();
		const barely = play([[0, progress('decode', 'spk_0', 1)]]);
		expect(secondsLeft(barely, 3, firstWeights, 0, 30)).toBeNull();
	});

	test('what came from the store says nothing about speed', () => {
		const stored = play([
			[0, { kind: 'stage-done', stage: 'decode', seconds: 0.1, fromStore: true }],
			[0, { kind: 'stage-done', stage: 'activity', seconds: 0.1, fromStore: true }],
			[0, progress('lips', 'spk_0', 100)],
		]);
		expect(secondsLeft(stored, 3, firstWeights, 0, 5)).toBeNull();
	});

	test('a stage that turns out slow is judged by its own speed', () => {
		const events: [number, JobEvent][] = [
			[0, { kind: 'stage-done', stage: 'decode', seconds: 2, fromStore: false }],
			[0, { kind: 'stage-done', stage: 'activity', seconds: 28, fromStore: false }],
			[30, { kind: 'stage-done', stage: 'segments', seconds: 0.5, fromStore: false }],
			[30, progress('lips', 'spk_0', 0)],
			[130, progress('lips', 'spk_0', 50)],
		];
		// 50 of 300 frames in 100 s: 500 s to go in this stage alone.
		const left = secondsLeft(play(events), 3, firstWeights, 0, 130) ?? 0;
		expect(left).toBeGreaterThan(500);
		expect(left).toBeLessThan(620);
	});

	test('lips and words go on together and share the clock', () => {
		const events: [number, JobEvent][] = [
			[0, { kind: 'stage-done', stage: 'decode', seconds: 2, fromStore: false }],
			[2, { kind: 'stage-done', stage: 'activity', seconds: 98, fromStore: false }],
			[100, { kind: 'stage-started', stage: 'lips' }],
			[100, { kind: 'stage-started', stage: 'recognition' }],
		];
		for (let step = 1; step <= 15; step += 1) {
			const speaker = speakers[Math.floor((step - 1) / 10)] ?? '';
			const done = ((step - 1) % 10) + 1;
			events.push([100 + step, progress('lips', speaker, done, 10)]);
			events.push([100 + step, progress('recognition', speaker, done, 10)]);
		}
		// 15 of 30 segments, one a second, then a moment for conversations and scores.
		const left = secondsLeft(play(events), 3, firstWeights, 0, 115) ?? 0;
		expect(left).toBeGreaterThan(15);
		expect(left).toBeLessThan(22);
	});

	test('segments that are read from the store do not make the rest look fast', () => {
		const events: [number, JobEvent][] = [
			[0, { kind: 'stage-done', stage: 'activity', seconds: 0.1, fromStore: true }],
			[0.1, { kind: 'stage-started', stage: 'recognition' }],
		];
		for (let done = 1; done <= 80; done += 1) {
			events.push([0.1 + done / 1000, progress('recognition', 'spk_0', done)]);
		}
		for (let done = 81; done <= 100; done += 1) {
			events.push([(done - 80) * 5, progress('recognition', 'spk_0', done)]);
		}
		// 20 segments in 100 s, 200 to go.
		const left = secondsLeft(play(events), 3, { ...firstWeights, recognition: 60 }, 0, 100) ?? 0;
		expect(left).toBeGreaterThan(1000);
	});

	test('grows while nothing happens', () => {
		const { stages } = steadyRun(1, 20);
		const early = secondsLeft(stages, 3, firstWeights, 0, 20) ?? 0;
		expect(secondsLeft(stages, 3, firstWeights, 0, 60) ?? 0).toBeGreaterThan(early);
	});
});

describe('weights', () => {
	test('take on the measured proportions and keep those of stored stages', () => {
		const learned = learnWeights(firstWeights, {
			stages: { activity: 10, lips: 30, decode: 0.1 },
			fromStore: ['decode'],
			models: [],
			seconds: 40,
		});
		expect(learned.decode).toBe(firstWeights.decode);
		expect(learned.lips / learned.activity).toBeCloseTo(3);
		expect(learned.lips + learned.activity).toBeCloseTo(firstWeights.lips + firstWeights.activity);
	});

	test('a run wholly from the store teaches nothing', () => {
		const report = {
			stages: { activity: 0.1 },
			fromStore: [...stageIds],
			models: [],
			seconds: 0.1,
		};
		expect(learnWeights(firstWeights, report)).toBe(firstWeights);
	});
});
