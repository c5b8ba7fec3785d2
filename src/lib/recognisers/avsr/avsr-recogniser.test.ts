import { describe, expect, test } from 'vitest';
import { parseUnits } from '../decoding/units.ts';
import type { SpeechClip } from '../recogniser.ts';
import { ConfabError } from '../../support/errors.ts';
import { AvsrRecogniser, heldOutputs } from './avsr-recogniser.ts';
import type { AvsrParts } from './avsr-recogniser.ts';
import { FakeGraphs, fakeShape, fakeUnits } from './fakes.ts';

const pictureBytes = 96 * 96;

/** Lips of mean grey, another grey in some frames. */
function clip(
	frames: number,
	marks: Readonly<Record<number, number>>,
	startSeconds = 10,
): SpeechClip {
	const lips = new Uint8Array(frames * pictureBytes).fill(107);
	for (const [frame, value] of Object.entries(marks)) {
		lips.fill(value, Number(frame) * pictureBytes, (Number(frame) + 1) * pictureBytes);
	}
	return { lips, audio: new Float32Array(frames * 640), startSeconds, speech: null };
}

const vocabulary = parseUnits(fakeUnits);

function setUp(changes: Partial<AvsrParts> = {}) {
	const graphs = new FakeGraphs();
	const recogniser = new AvsrRecogniser({
		id: 'avsr',
		graphs,
		shape: fakeShape,
		arithmetic: 'float32',
		vocabulary,
		...changes,
	});
	return { graphs, recogniser };
}

const wordsOf = (cues: readonly { text: string; startSeconds: number }[]) =>
	cues.map(({ text, startSeconds }) => [startSeconds, text]);

describe('AvsrRecogniser', () => {
	test('puts words together, places them by CTC, and frees what it held', async () => {
		const { graphs, recogniser } = setUp();
		const [cue, ...others] = await recogniser.recognise(
			clip(50, { 10: 255, 11: 255, 14: 30, 30: 0 }),
		);
		expect(others).toEqual([]);
		expect(cue).toMatchObject({ startSeconds: 10, endSeconds: 12, text: 'YESS NO' });
		const certainty = expect.closeTo(0.95 ** 0.9 * 0.9 ** 0.1, 4);
		expect(cue?.words).toEqual([
			{
				text: 'YESS',
				startSeconds: 10.4,
				endSeconds: expect.closeTo(10.6, 9),
				confidence: certainty,
			},
			{
				text: 'NO',
				startSeconds: 11.2,
				endSeconds: expect.closeTo(11.24, 9),
				confidence: certainty,
			},
		]);
		// One encoder, one cross, then a step for each unit and for the end.
		expect(graphs.runs.slice(0, 3)).toEqual([
			'encoder 1x125x88x88',
			'cross 1x125x8',
			'decoder 1x1',
		]);
		expect(graphs.runs.slice(3).every((run) => /^decoder 1x[123]$/.test(run))).toBe(true);
		expect(graphs.live.size).toBe(0);
	});

	test('hears what the decoder knows better; greedily it hears CTC alone, without the decoder', async () => {
		const marks = { 10: 30, 11: 30, 20: 0 };
		const { recogniser } = setUp();
		expect((await recogniser.recognise(clip(40, marks)))[0]?.text).toBe('YESS NO');
		const encoderAlone = new FakeGraphs();
		const greedy = setUp({ graphs: { encoder: encoderAlone.encoder, cross: null, decoder: null } });
		const [cue] = await greedy.recogniser.recognise(clip(40, marks));
		expect(cue?.text).toBe('S NO');
		expect(cue?.words[0]).toEqual({
			text: 'S',
			startSeconds: 10.4,
			endSeconds: expect.closeTo(10.48, 9),
			confidence: expect.closeTo(0.9, 5),
		});
		expect(encoderAlone.runs).toEqual(['encoder 1x125x88x88']);
		expect(encoderAlone.live.size).toBe(0);
	});

	test('cuts long clips, pads to a few lengths', async () => {
		const { graphs, recogniser } = setUp();
		const progress: string[] = [];
		const cues = await recogniser.recognise(clip(900, { 20: 255, 400: 30, 880: 0 }), {
			onProgress: ({ done, total, unit }) => progress.push(`${done}/${total} ${unit}`),
		});
		expect(wordsOf(cues)).toEqual([
			[10, 'YES'],
			[25, 'YESS'],
			[40, 'NO'],
		]);
		expect(graphs.runs.filter((run) => run.startsWith('encoder'))).toEqual([
			'encoder 1x375x88x88',
			'encoder 1x375x88x88',
			'encoder 1x250x88x88',
		]);
		expect(progress).toEqual(['1/3 steps', '2/3 steps', '3/3 steps']);
		expect(graphs.live.size).toBe(0);
	});

	test('takes short clips together, with the same outcome', async () => {
		const clips = [
			clip(60, { 5: 255, 30: 0 }, 1),
			clip(90, {}, 2),
			clip(200, { 100: 0, 150: 30 }, 3),
			clip(125, { 0: 0, 60: 255, 61: 30, 62: 255, 124: 30 }, 4),
			clip(0, {}, 5),
			clip(20, { 19: 30 }, 6),
		];
		const together = setUp();
		const cues = await together.recogniser.recogniseAll(clips);
		expect(cues.map(wordsOf)).toEqual([
			[[1, 'YES NO']],
			[],
			[[3, 'NOS']],
			[[4, 'NO YESS YESS']],
			[],
			[[6, 'YESS']],
		]);
		// Three of 125 frames and one more; one of 250.
		const encoders = together.graphs.runs.filter((run) => run.startsWith('encoder'));
		expect(encoders).toEqual(['encoder 3x125x88x88', 'encoder 1x125x88x88', 'encoder 1x250x88x88']);
		const alone = setUp({ framesAtOnce: 1 });
		for (const [i, one] of clips.entries()) {
			expect(await alone.recogniser.recognise(one)).toEqual(cues[i]);
		}
		expect(together.graphs.runs.length).toBeLessThan(alone.graphs.runs.length);
		expect(together.graphs.live.size).toBe(0);
	});

	test('frees everything whichever run fails, and works afterwards', async () => {
		const one = clip(60, { 5: 255, 30: 0 });
		const { graphs, recogniser } = setUp();
		await recogniser.recognise(one);
		const count = graphs.runs.length;
		expect(count).toBeGreaterThan(4);
		for (let failing = 0; failing < count; failing++) {
			graphs.runs.length = 0;
			graphs.onRun = (run) => {
				if (run === failing) throw new Error('out of memory');
			};
			await expect(recogniser.recognise(one)).rejects.toThrow('out of memory');
			expect(graphs.live.size).toBe(0);
		}
		graphs.onRun = () => undefined;
		expect(await recogniser.recognise(one)).toHaveLength(1);
		expect(graphs.live.size).toBe(0);
	});

	test('a batch that does not go is gone through in halves, and so are those after it', async () => {
		const clips = [
			clip(60, { 5: 255, 30: 0 }, 1),
			clip(50, { 9: 255, 20: 30 }, 2),
			clip(70, { 40: 30 }, 3),
		];
		const expected = await setUp().recogniser.recogniseAll(clips);
		const { graphs, recogniser } = setUp();
		graphs.onRun = () => {
			if (graphs.runs.at(-1)?.startsWith('encoder 3x')) throw new Error('out of memory');
		};
		const encoders = (): string[] => graphs.runs.filter((run) => run.startsWith('encoder'));
		const whole = 'encoder 3x125x88x88';
		const halves = ['encoder 2x125x88x88', 'encoder 1x125x88x88'];
		expect(await recogniser.recogniseAll(clips)).toEqual(expected);
		expect(encoders()).toEqual([whole, ...halves]);
		expect(graphs.live.size).toBe(0);
		graphs.runs.length = 0;
		expect(await recogniser.recogniseAll(clips)).toEqual(expected);
		expect(encoders()).toEqual(halves);
		// A GPU that is gone is gone for halves, too.
		graphs.onRun = () => {
			throw new ConfabError('DeviceLost', 'It went away.');
		};
		graphs.runs.length = 0;
		await expect(recogniser.recogniseAll(clips)).rejects.toMatchObject({ code: 'DeviceLost' });
		expect(encoders()).toHaveLength(1);
	});

	test('stops at whichever run it is told to, frees everything, and works the next time', async () => {
		const { graphs, recogniser } = setUp();
		const clips = [clip(60, { 20: 255 }), clip(130, { 90: 0 }), clip(20, { 9: 0 })];
		await recogniser.recogniseAll(clips);
		const count = graphs.runs.length;
		for (let last = 0; last < count - 1; last++) {
			const controller = new AbortController();
			graphs.runs.length = 0;
			graphs.onRun = (run) => {
				if (run === last) controller.abort();
			};
			await expect(
				recogniser.recogniseAll(clips, { signal: controller.signal }),
			).rejects.toMatchObject({
				name: 'AbortError',
			});
			expect(graphs.runs).toHaveLength(last + 1);
			expect(graphs.live.size).toBe(0);
		}
		const cues = await recogniser.recogniseAll(clips);
		expect(cues.flat().map(({ text }) => text)).toEqual(['YES', 'NO', 'NO']);
	});

	test('does not go on for ever', async () => {
		const marks = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [2 * i, 255]));
		const { recogniser } = setUp({ maximumUnits: () => 7 });
		expect((await recogniser.recognise(clip(125, marks)))[0]?.words).toHaveLength(7);
	});

	test('refuses units of another model, and output that is no distribution', async () => {
		expect(() => setUp({ vocabulary: parseUnits('<unk> 1\n') })).toThrow(
			/units file has 1 units, the network puts out 4/,
		);
		const { graphs, recogniser } = setUp();
		const { encoder } = graphs;
		const zeros = {
			...encoder,
			runChain: async (...call: Parameters<typeof encoder.runChain>) => {
				const { tensors, held } = await encoder.runChain(...call);
				for (const { data } of Object.values(tensors)) data.fill(0 as never);
				return { tensors, held };
			},
		};
		const broken = setUp({
			graphs: { encoder: zeros, cross: graphs.cross, decoder: graphs.decoder },
		});
		await expect(broken.recogniser.recognise(clip(30, {}))).rejects.toMatchObject({
			code: 'ModelMismatch',
		});
		expect(graphs.live.size).toBe(0);
		expect(await recogniser.recognise(clip(30, {}))).toEqual([]);
	});

	test('names what has to stay on the device', () => {
		expect(heldOutputs(fakeShape)).toEqual({
			encoder: ['encoded'],
			cross: ['cross_key_0', 'cross_value_0', 'cross_key_1', 'cross_value_1'],
			decoder: ['new_self_key_0', 'new_self_value_0', 'new_self_key_1', 'new_self_value_1'],
		});
	});
});
