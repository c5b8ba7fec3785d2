import { describe, expect, test } from 'vitest';
import { FakeStages, MemoryStore, run, sessionOf, speaker } from '../../fakes.ts';
import { sessionVoiceModels, type VoicePrints } from './voice-prints.ts';

/** Voices as directions in the plane, in degrees. */
const voice = (degrees: number): Float32Array =>
	Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

/** Everyone talks for three seconds somewhere; which voice is heard when is for the test to say. */
class HeardStages extends FakeStages {
	/** When each speaker talks, in seconds; where they are seen comes from their tracks. */
	talk: Record<string, readonly (readonly [number, number])[]> = {};
	/** Probability of anybody's voice, by frame. */
	anybody = new Float32Array(500);
	voiceAt: (seconds: number) => Float32Array = () => voice(0);
	asked: number[][] = [];
	/** How long everything is. */
	seconds = 20;

	override voiceActivity(): Promise<Float32Array> {
		return Promise.resolve(this.anybody);
	}
	override segment(...given: Parameters<FakeStages['segment']>): ReturnType<FakeStages['segment']> {
		const [speakers] = given;
		const segmented = super.segment(...given);
		return new Map(
			speakers.map(({ speakerId, tracks }) => {
				const probabilities = new Float32Array(this.seconds * 25).fill(NaN);
				for (const { startSeconds } of tracks) {
					probabilities.fill(0.05, startSeconds * 25, (startSeconds + 10) * 25);
				}
				for (const [start, end] of this.talk[speakerId] ?? []) {
					probabilities.fill(0.95, start * 25, end * 25);
				}
				const { segments } = segmented.get(speakerId) ?? { segments: [] };
				return [speakerId, { segments, activity: { speakerId, frameStart: 0, probabilities } }];
			}),
		);
	}
	override voicePrints(
		...[, stretches]: Parameters<FakeStages['voicePrints']>
	): Promise<VoicePrints> {
		this.asked.push(stretches.map((set) => set[0]?.startSeconds ?? NaN));
		const prints = stretches.map((set) => this.voiceAt(set[0]?.startSeconds ?? 0));
		const thresholds = { sameVoiceCosine: 0.7, surelySameCosine: 0.9, differentVoicesCosine: 0.5 };
		return Promise.resolve({ prints, thresholds });
	}
}

describe('tracks of one speaker', () => {
	const session = sessionOf(speaker('spk_0', [0, 10]), speaker('spk_1'));
	const talk = { spk_0: [[1, 4] as const, [12, 15] as const] };

	test('whose voices are alike are nothing to tell of', async () => {
		const stages = new HeardStages();
		stages.talk = talk;
		const { problems } = await run(session, stages, new MemoryStore());
		expect(stages.asked).toEqual([[1, 12]]);
		expect(problems).toEqual([]);
	});

	test('whose voices differ are told of, by file, with the number', async () => {
		const stages = new HeardStages();
		stages.talk = talk;
		stages.voiceAt = (seconds) => voice(seconds < 10 ? 0 : 80);
		const { problems } = await run(session, stages, new MemoryStore());
		expect(problems).toMatchObject([
			{
				file: 'speakers/spk_0/central_crops/track_01.mp4',
				message: expect.stringContaining('alike to 0.17'),
			},
		]);
	});

	test('are heard each in a file that holds them, at their own place, without a central video', async () => {
		const stages = new HeardStages();
		stages.talk = talk;
		stages.anybody = new Float32Array(250);
		await run(session, stages, new MemoryStore());
		expect(stages.asked).toEqual([[1], [2]]);
	});

	test('are not compared on less than two seconds, nor where one has a single track', async () => {
		const stages = new HeardStages();
		stages.talk = { spk_0: [[1, 4] as const, [12, 13] as const] };
		await run(session, stages, new MemoryStore());
		await run(sessionOf(speaker('spk_0'), speaker('spk_1')), stages, new MemoryStore());
		expect(stages.asked).toEqual([]);
	});

	test('are heard once: the second run knows', async () => {
		const stages = new HeardStages();
		stages.talk = talk;
		stages.voiceAt = (seconds) => voice(seconds < 10 ? 0 : 80);
		const store = new MemoryStore();
		const first = await run(session, stages, store);
		const second = await run(session, stages, store);
		expect(stages.asked).toHaveLength(1);
		expect(second.problems).toEqual(first.problems);
	});

	test('are left alone in the settings of the baseline', async () => {
		const stages = new HeardStages();
		stages.talk = talk;
		const settings = { speechActivity: 'baseline' } as const;
		await run(session, stages, new MemoryStore(), { settings });
		expect(stages.asked).toEqual([]);
	});

	test('without the model the run goes on and says so', async () => {
		const stages = new HeardStages();
		stages.talk = talk;
		for (const id of sessionVoiceModels) stages.missing.set(id, 'It is not on this machine.');
		const { problems, speakers } = await run(session, stages, new MemoryStore());
		expect(problems).toMatchObject([{ message: expect.stringContaining('not compared') }]);
		expect(speakers).toHaveLength(2);
	});
});

describe('speakers who are never seen at once', () => {
	const apart = sessionOf(speaker('spk_0'), speaker('spk_1', [10]));
	const talk = { spk_0: [[1, 7] as const], spk_1: [[12, 18] as const] };
	const toldOf = async (stages: HeardStages, session = apart): Promise<readonly string[]> => {
		const { problems } = await run(session, stages, new MemoryStore());
		return problems.map(({ message }) => message);
	};

	test('and sound like one are told of, with how alike they are', async () => {
		const stages = new HeardStages();
		stages.talk = talk;
		stages.voiceAt = (seconds) => voice(seconds < 10 ? 0 : 20);
		expect(await toldOf(stages)).toEqual([
			expect.stringMatching(/^spk_0 and spk_1 sound like one person.*alike to 0\.94/),
		]);
	});

	test('and sound only alike are nothing to tell of', async () => {
		const stages = new HeardStages();
		stages.talk = talk;
		stages.voiceAt = (seconds) => voice(seconds < 10 ? 0 : 30);
		expect(await toldOf(stages)).toEqual([]);
		expect(stages.asked).toEqual([[1, 12]]);
	});

	test('are not judged by a few words', async () => {
		const stages = new HeardStages();
		stages.talk = { ...talk, spk_1: [[12, 16]] };
		expect(await toldOf(stages)).toEqual([]);
	});

	test('are told of all together, where there are three', async () => {
		const stages = new HeardStages();
		stages.talk = { spk_0: [[0, 6]], spk_1: [[10, 16]], spk_2: [[10, 16]], spk_3: [[20, 26]] };
		const session = sessionOf(
			speaker('spk_0'),
			speaker('spk_1', [10]),
			speaker('spk_2', [10]),
			speaker('spk_3', [20]),
		);
		// spk_1 and spk_2 talk at once: neither is ever heard alone.
		stages.seconds = 30;
		expect(await toldOf(stages, session)).toEqual([
			expect.stringContaining('spk_0 and spk_3 sound like one person'),
		]);
		stages.talk = { ...stages.talk, spk_2: [] };
		expect(await toldOf(stages, session)).toEqual([
			expect.stringContaining('spk_0, spk_1, and spk_3 sound like one person'),
		]);
	});

	test('one moment together makes them two, however alike: their voices are not even heard', async () => {
		const stages = new HeardStages();
		stages.talk = { spk_0: [[1, 7]], spk_1: [[12, 18]] };
		expect(await toldOf(stages, sessionOf(speaker('spk_0'), speaker('spk_1', [9.9])))).toEqual([]);
		expect(stages.asked).toEqual([]);
		// Heard for another reason, they are two all the same.
		const session = sessionOf(speaker('spk_0', [0, 10]), speaker('spk_1', [9.9]));
		stages.talk = {
			spk_0: [
				[1, 7],
				[10, 12],
			],
			spk_1: [[12, 18]],
		};
		expect(await toldOf(stages, session)).toEqual([]);
		expect(stages.asked).toHaveLength(1);
	});
});

describe('speech out of sight', () => {
	/** spk_0 and spk_1 are seen for the first ten seconds of twenty, spk_2 for all of them. */
	function stagesWith(heard: number): HeardStages {
		const stages = new HeardStages();
		stages.talk = {
			spk_0: [[1, 4] as const],
			spk_1: [[5, 8] as const],
			spk_2: [[15, 18] as const],
		};
		stages.anybody.fill(0.9, 11 * 25, 13 * 25);
		const directions = new Map([
			[1, 0],
			[5, 90],
			[15, 180],
			[11, heard],
		]);
		stages.voiceAt = (seconds) => voice(directions.get(seconds) ?? NaN);
		return stages;
	}
	const session = sessionOf(speaker('spk_0'), speaker('spk_1'), speaker('spk_2', [0, 10]));

	test('is given to the one whose voice it is', async () => {
		const { speakers } = await run(session, stagesWith(85), new MemoryStore());
		const at12 = speakers.map(({ activity }) => activity.probabilities[12 * 25]);
		expect(at12[0]).toBeNaN();
		expect(at12[1]).toBeCloseTo(0.8, 6);
		expect(at12[2]).toBeCloseTo(0.05, 6);
		const at14 = speakers.map(({ activity }) => activity.probabilities[14 * 25]);
		expect(at14.slice(0, 2)).toEqual([NaN, NaN]);
	});

	test('is nobody’s when the voice is nobody’s, or that of somebody who is seen', async () => {
		for (const heard of [270, 180]) {
			const { speakers } = await run(session, stagesWith(heard), new MemoryStore());
			const at12 = speakers.map(({ activity }) => activity.probabilities[12 * 25]);
			expect(at12.slice(0, 2)).toEqual([NaN, NaN]);
		}
	});
});
