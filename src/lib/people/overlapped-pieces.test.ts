import { expect, test } from 'vitest';
import {
	fakeSegmentation,
	loudnesses,
	soundOf,
} from '../../../tests/fixtures/fake-segmentation.ts';
import type { Model } from '../inference/model.ts';
import type { VoiceEmbedder } from '../perception/voice/voice-embedder.ts';
import { findVoices } from './find-voices.ts';
import { recluster } from './recluster.ts';
import type { VoiceTuning } from './voice-tuning.ts';

const tuning: VoiceTuning = {
	...{ windowSeconds: 1.6, stepSeconds: 0.5, shortestSeconds: 0.3 },
	...{ mergeCosine: 0.5, doubtCosine: 0, openCosine: 0.03, rung: 1 },
};

const vad: Model = {
	id: 'silero-vad',
	provider: 'wasm',
	precision: 'fp32',
	run: ({ input, state }) => {
		if (input?.type !== 'float32' || state === undefined) throw new TypeError();
		const data = Float32Array.of(Math.abs(input.data.at(-1) ?? 0) > 0.01 ? 0.95 : 0.02);
		return Promise.resolve({ output: { type: 'float32', dims: [1, 1], data }, stateN: state });
	},
};

/** A voice for each person; of two at once, something of both. */
const embedder: VoiceEmbedder = {
	...{ id: 'fake', sameVoiceCosine: 0.9, surelySameCosine: 0.95, differentVoicesCosine: 0.5 },
	embed: (samples) => {
		const print = new Float32Array(3);
		for (const sample of samples) {
			const level = Math.round(10 * sample);
			loudnesses.forEach((loudness, person) => {
				if ((level & Math.round(10 * loudness)) !== 0) print[person] = print[person]! + 1;
			});
		}
		const length = Math.hypot(...print) || 1;
		return Promise.resolve(print.map((value) => value / length));
	},
};

const talk = soundOf(40, [
	[0, 1, 8],
	[1, 7, 12.5],
	[0, 13, 20],
	[1, 15, 15.8],
	[1, 22, 30],
	[0, 29, 36],
]);

test('two who talk at once are two, also where one of them is never heard alone', async () => {
	const segmentation = fakeSegmentation();
	const found = await findVoices(talk, { vad, embedder, segmentation }, { tuning });
	const turns = found.voices.map((voice) =>
		voice.turns.map(({ startSeconds, endSeconds }) =>
			[startSeconds, endSeconds].map((seconds) => Math.round(seconds * 10) / 10),
		),
	);
	expect(turns).toEqual([
		[
			[1, 8],
			[13, 20],
			[29, 36],
		],
		[
			[7, 12.5],
			[15, 15.8],
			[22, 30],
		],
	]);
	expect(found.hearsOverlap).toBe(true);
	expect(found.doubts.map(({ code }) => code)).not.toContain('overlap-unheard');
	for (const { solo, startSeconds, embedding } of found.pieces) {
		// Prints are of one person, but for the one turn that has nobody alone in it.
		if (embedding && !(startSeconds >= 14.9 && startSeconds < 15.9)) expect(solo).toBe(true);
	}
});

test('they can be found once more from what is kept', async () => {
	const models = { vad, embedder, segmentation: fakeSegmentation() };
	const found = await findVoices(talk, models, { tuning });
	expect(recluster(found, { tuning })).toEqual(found);
	const alone = recluster(found, { tuning, count: 1 });
	expect(alone.voices.map(({ turns }) => turns.length)).toEqual([3]);
});

test('without the network they are heard as one, and that is told', async () => {
	const found = await findVoices(talk, { vad, embedder }, { tuning });
	expect(found.hearsOverlap).toBe(false);
	expect(found.doubts.map(({ code }) => code)).toContain('overlap-unheard');
});
