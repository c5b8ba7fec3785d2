import { expect, test } from 'vitest';
import { fakeSegmentation, soundOf } from '../../../tests/fixtures/fake-segmentation.ts';
import type { Model } from '../inference/model.ts';
import type { AudioBlock } from '../media/media-source.ts';
import { localTurns } from './local-turns.ts';
import { segmentSpeakers } from './segment-speakers.ts';

async function* blocks(samples: Float32Array, size: number): AsyncGenerator<AudioBlock> {
	for (let startSample = 0; startSample < samples.length; startSample += size) {
		yield { startSample, samples: samples.subarray(startSample, startSample + size) };
	}
}

const rounded = (turns: ReturnType<typeof localTurns>) =>
	turns.map(({ startSeconds, endSeconds, overlaps }) => [
		...[startSeconds, endSeconds].map((seconds) => Math.round(seconds * 10) / 10),
		overlaps.map((range) =>
			[range.startSeconds, range.endSeconds].map((seconds) => Math.round(seconds * 10) / 10),
		),
	]);

const talk = soundOf(26, [
	[0, 1, 8],
	[1, 7, 12.5],
	[2, 9, 9.6],
	[0, 14, 25],
]);

test('people are followed from window to window, whatever each calls them, and overlaps are heard', async () => {
	const turns = localTurns(await segmentSpeakers(fakeSegmentation(), blocks(talk, 5000)));
	expect(rounded(turns)).toEqual([
		[1, 8, [[7, 8]]],
		[
			7,
			12.5,
			[
				[7, 8],
				[9, 9.6],
			],
		],
		[9, 9.6, [[9, 9.6]]],
		[14, 25, []],
	]);
});

test('how the sound is cut makes no difference, and the last window is filled up', async () => {
	const seen: number[] = [];
	const whole = await segmentSpeakers(fakeSegmentation(seen), blocks(talk, talk.length));
	// From 0 to 16 s, every second.
	expect(seen).toEqual(Array<number>(17).fill(160_000));
	for (const size of [700, 16_000, 160_001]) {
		expect(await segmentSpeakers(fakeSegmentation(), blocks(talk, size))).toEqual(whole);
	}
	for (const [samples, windows] of [
		[0, 0],
		[100, 1],
		[160_000, 1],
		[160_001, 2],
	] as const) {
		const some = await segmentSpeakers(fakeSegmentation(), blocks(new Float32Array(samples), 999));
		expect(some).toHaveLength(windows);
		expect(localTurns(some)).toEqual([]);
	}
});

test('what is too short is no turn, and a short pause does not end one', async () => {
	const sound = soundOf(12, [
		[0, 1, 3],
		[0, 3.2, 5],
		[1, 7, 7.06],
	]);
	const turns = localTurns(await segmentSpeakers(fakeSegmentation(), blocks(sound, 16_000)));
	expect(rounded(turns)).toEqual([[1, 5, []]]);
});

test('it stops when told to, and a network of another form is refused', async () => {
	const stop = new AbortController();
	const fake = fakeSegmentation();
	const stopping: Model = {
		...fake,
		run: (inputs) => {
			stop.abort();
			return fake.run(inputs);
		},
	};
	await expect(
		segmentSpeakers(stopping, blocks(talk, 1000), { signal: stop.signal }),
	).rejects.toMatchObject({ name: 'AbortError' });
	const other: Model = {
		...fake,
		run: () =>
			Promise.resolve({ y: { type: 'float32', dims: [1, 1, 4], data: new Float32Array(4) } }),
	};
	await expect(segmentSpeakers(other, blocks(talk, 1000))).rejects.toThrow('other classes');
});
