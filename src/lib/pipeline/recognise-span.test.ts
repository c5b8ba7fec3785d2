import { describe, expect, test } from 'vitest';
import type { SpeechActivity } from '../domain/activity.ts';
import type { ModelUse } from '../domain/result.ts';
import { defaultSettings } from '../domain/settings.ts';
import type { RecognisedSpan, Span } from '../domain/span.ts';
import { isAbort } from '../support/abort.ts';
import { present } from '../support/assert.ts';
import { ConfabError } from '../support/errors.ts';
import type { Progress } from '../support/progress.ts';
import { FakeMedia, FakeStages, sessionOf, sourceFile, speaker, trackInfo } from './fakes.ts';
import type { Ports } from './ports.ts';
import { recogniseSpan, type SpanOptions } from './recognise-span.ts';

/** Speech from 10 s to 20 s and from 25 s to 35 s in the tracks, nothing in between. */
const session = sessionOf(speaker('spk_0'), speaker('spk_1', [10, 25]));

function again(
	stages: FakeStages,
	[startSeconds, endSeconds]: readonly [number, number],
	more: Partial<SpanOptions> & { speakerId?: string; of?: typeof session } = {},
): Promise<RecognisedSpan> {
	const { speakerId = 'spk_1', of = session, ...options } = more;
	const span: Span = { speakerId, startSeconds, endSeconds };
	const rest = { settings: defaultSettings, activity: null, ...options };
	return recogniseSpan(of, span, { ports: stages.ports, cut: stages.cut, ...rest });
}

const embedded: ModelUse = { id: 'embedded', provider: 'wasm', precision: 'fp32' };
const usesOf = (call: string): ModelUse[] => (call.startsWith('recognise') ? [embedded] : []);

/** What came of a promise that should not go through. */
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
	work.then(
		() => null,
		(error: unknown) => error,
	);

const times = ({ cues }: RecognisedSpan): (readonly [number, number])[] =>
	cues.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);

describe('a span', () => {
	test('is looked at and heard in its own frames of its own track alone', async () => {
		const stages = new FakeStages();
		stages.usesOf = usesOf;
		const found = await again(stages, [12, 14]);
		expect(stages.calls).toEqual(['lips track 50-100', 'recognise spk_1']);
		expect(found).toMatchObject({ models: [embedded], problems: [] });
		expect(times(found)).toEqual([[12, 14]]);
		expect(FakeMedia.open).toBe(0);
	});

	test('opens no file but those that may show it', async () => {
		const stages = new FakeStages();
		const opened: string[] = [];
		stages.open = (file) => {
			opened.push(file.path);
			return Promise.resolve(new FakeMedia(trackInfo));
		};
		await again(stages, [27, 28]);
		expect(new Set(opened)).toEqual(new Set(['speakers/spk_1/central_crops/track_01.mp4']));
	});

	test('over two tracks and the gap between is recognised in both, and the gap is told', async () => {
		const stages = new FakeStages();
		const found = await again(stages, [18, 27]);
		expect(stages.calls).toEqual([
			'lips track 200-250',
			'recognise spk_1',
			'lips track 0-50',
			'recognise spk_1',
		]);
		expect(times(found)).toEqual([
			[18, 20],
			[25, 27],
		]);
		expect(found.problems).toEqual([
			{ file: 'spk_1', message: expect.stringContaining('from 20.00 s to 25.00 s') },
		]);
	});

	test('that no track shows is told, and nothing is recognised', async () => {
		for (const range of [
			[2, 4],
			[21, 24],
			[36, 40],
		] as const) {
			const stages = new FakeStages();
			stages.usesOf = usesOf;
			const { cues, models, problems } = await again(stages, range);
			expect([cues, models, stages.calls]).toEqual([[], [], []]);
			expect(problems).toHaveLength(1);
		}
	});

	test('between two frames gives words within it all the same', async () => {
		const stages = new FakeStages();
		const found = await again(stages, [12.013, 13.987]);
		expect(stages.calls[0]).toBe('lips track 50-100');
		expect(times(found)).toEqual([[12.013, 13.987]]);
	});

	test('of a minute and more is gone through in parts, cut where there is least speech', async () => {
		const stages = new FakeStages();
		const file = 'speakers/spk_0/central_crops/track_00.mp4';
		const video = { ...present(trackInfo.video, 'picture'), frameCount: 3000 };
		stages.info.set(file, { ...trackInfo, durationSeconds: 120, video });
		const probabilities = new Float32Array(3000).fill(0.9);
		probabilities.fill(0.1, 1440, 1450);
		const activity: SpeechActivity = { speakerId: 'spk_0', frameStart: 0, probabilities };
		const found = await again(stages, [1, 100], { speakerId: 'spk_0', activity });
		expect(stages.batches).toEqual([1, 1]);
		const [first, second] = times(found);
		expect(first?.[0]).toBe(1);
		expect(first?.[1]).toBeGreaterThan(57.5);
		expect(first?.[1]).toBeLessThan(58);
		expect(second).toEqual([first?.[1], 100]);
	});

	test('is not held to be silent by what a run made of it', async () => {
		const stages = new FakeStages();
		const clips: Parameters<FakeStages['recognise']>[0][number][] = [];
		stages.recognise = (given) => {
			clips.push(...given);
			return Promise.resolve(given.map(() => []));
		};
		const probabilities = new Float32Array(500).fill(0.01);
		probabilities.fill(0.97, 325, 350);
		probabilities.fill(NaN, 350, 400);
		const activity: SpeechActivity = { speakerId: 'spk_1', frameStart: 0, probabilities };
		await again(stages, [12, 15], { activity });
		const known = present(clips[0], 'clip').activity.probabilities;
		expect(known[310]).toBe(0.5);
		expect(known[330]).toBeCloseTo(0.97, 6);
		expect(known[360]).toBeNaN();
		expect(known[100]).toBeCloseTo(0.01, 6);
		expect(probabilities[310]).toBeCloseTo(0.01, 6);
	});

	test('goes by the lip clip that the session brings, else by the face, and says so', async () => {
		const [one] = session.speakers;
		const lips = sourceFile('speakers/spk_0/central_crops/track_00_lip.av.mp4');
		const tracks = present(one, 'speaker').tracks.map((track) => ({ ...track, lips }));
		const of = sessionOf({ ...present(one, 'speaker'), tracks });
		const stages = new FakeStages();
		for (const id of ['landmarks', 'face-mesh'])
			stages.missing.set(id, 'It is not on this machine.');
		await again(stages, [1, 2], { of, speakerId: 'spk_0' });
		expect(stages.calls).toEqual(['lips clip 25-50', 'recognise spk_0']);
		const broken = new FakeStages();
		broken.info.set(lips.path, new ConfabError('UnsupportedMedia', 'It is cut short.'));
		const { cues, problems } = await again(broken, [1, 2], { of, speakerId: 'spk_0' });
		expect(broken.calls).toEqual(['lips track 25-50', 'recognise spk_0']);
		expect(cues).toHaveLength(1);
		expect(problems).toEqual([{ file: lips.path, message: 'It is cut short.' }]);
	});
});

describe('what a span tells', () => {
	test('progress in files, frames and what a model loads', async () => {
		const stages = new FakeStages();
		const told: Progress[] = [];
		const { recognise } = stages;
		stages.recognise = (...args: unknown[]) => {
			const given = args as Parameters<Ports['recognisers']['recognise']>;
			const [, , work] = given;
			work.onProgress?.({ stage: 'model', done: 5, total: 9, unit: 'bytes' });
			work.onProgress?.({ stage: 'recognition', done: 1, total: 2, unit: 'steps' });
			return recognise.apply(stages, given);
		};
		await again(stages, [18, 27], { onProgress: (progress) => told.push(progress) });
		const lines = told.map(({ stage, done, total, unit }) => `${stage} ${done}/${total} ${unit}`);
		expect(lines).toEqual([
			'decode 0/2 files',
			'decode 1/2 files',
			'lips 50/100 frames',
			'recognition 0/100 frames',
			'model 5/9 bytes',
			'recognition 25/100 frames',
			'recognition 50/100 frames',
			'lips 100/100 frames',
			'recognition 50/100 frames',
			'model 5/9 bytes',
			'recognition 75/100 frames',
			'recognition 100/100 frames',
		]);
	});

	test('a recogniser that is not here, as an error', async () => {
		const stages = new FakeStages();
		stages.recogniserMissing = true;
		await expect(again(stages, [12, 14])).rejects.toMatchObject({ code: 'ModelUnavailable' });
		expect(FakeMedia.open).toBe(0);
	});

	test('a track that cannot be used, as an error with its reason', async () => {
		const stages = new FakeStages();
		const path = 'speakers/spk_1/central_crops/track_00.mp4';
		stages.info.set(path, new ConfabError('UnsupportedMedia', 'It is empty.'));
		await expect(again(stages, [12, 14])).rejects.toMatchObject({
			code: 'UnsupportedMedia',
			problems: [{ file: path, message: 'It is empty.' }],
		});
	});

	test('a speaker that there is not, and a span that is none, are wrong of the caller', async () => {
		const stages = new FakeStages();
		await expect(again(stages, [1, 2], { speakerId: 'spk_9' })).rejects.toThrow(TypeError);
		await expect(again(stages, [2, 1])).rejects.toThrow(TypeError);
	});
});

describe('a span that is cancelled', () => {
	test.each(['lips', 'recognise'])(
		'in its %s ends there, and goes through when asked again',
		async (at) => {
			const controller = new AbortController();
			const stages = new FakeStages();
			stages.onCall = (call) => {
				if (call.startsWith(at)) controller.abort();
			};
			const thrown = await thrownBy(again(stages, [18, 27], { signal: controller.signal }));
			expect(isAbort(thrown)).toBe(true);
			expect(FakeMedia.open).toBe(0);
			stages.onCall = () => undefined;
			expect((await again(stages, [18, 27])).cues).toHaveLength(2);
		},
	);

	test('before it began touches nothing', async () => {
		const stages = new FakeStages();
		const signal = AbortSignal.abort();
		expect(isAbort(await thrownBy(again(stages, [12, 14], { signal })))).toBe(true);
		expect(stages.calls).toEqual([]);
	});
});
