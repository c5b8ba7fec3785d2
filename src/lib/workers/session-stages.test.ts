import { expect, test } from 'vitest';
import type { ModelUse } from '../domain/result.ts';
import type { Inference } from '../inference/inference.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { MediaClient } from '../media/remote.ts';
import { AvsrShelf } from '../recognisers/avsr/avsr-shelf.ts';
import { WhisperShelf } from '../recognisers/whisper/whisper-shelf.ts';
import { ConfabError, type Problem } from '../support/errors.ts';
import { AddedVoices } from './added-voices.ts';
import { SessionStages } from './session-stages.ts';

/** Inference whose GPU fails so at the second run on it; what is loaded afterwards is on the CPU. */
function fakeInference(error: Error) {
	const keptOff: string[] = [];
	const loads: string[] = [];
	const uses = new Map<string, ModelUse>();
	let lost = false;
	let runs = 0;
	const inference: unknown = {
		fetchAhead: () => Promise.resolve(),
		keepOffGpu: (id: string, why: string) => {
			lost = true;
			keptOff.push(`${id} ${why}`);
		},
		uses: () => [...uses.values()],
		load: (id: string) => {
			const provider = lost ? 'wasm' : 'webgpu';
			loads.push(`${id} on ${provider}`);
			uses.set(id, { id, provider, precision: 'fp32' });
			return Promise.resolve({
				id,
				provider,
				precision: 'fp32',
				run: () => {
					runs += 1;
					if (provider === 'webgpu' && runs > 1) {
						lost ||= error instanceof ConfabError;
						throw error;
					}
					return Promise.resolve({
						output: { type: 'float32', dims: [1, 1], data: Float32Array.of(0.75) },
						stateN: { type: 'float32', dims: [2, 1, 128], data: new Float32Array(256) },
					});
				},
				close: () => Promise.resolve(),
			});
		},
	};
	return { inference: inference as Inference, loads, keptOff };
}

function stagesOf(inference: Inference, client: unknown): SessionStages {
	const none: unknown = { list: () => Promise.resolve([]) };
	const shelf = none as ConstructorParameters<typeof AvsrShelf>[0];
	return new SessionStages(inference, client as MediaClient, {
		avsr: new AvsrShelf(shelf),
		whisper: new WhisperShelf(shelf),
		voices: new AddedVoices(shelf),
	});
}

test('what goes wrong in decoding a file reaches who opened it', async () => {
	const options: unknown[] = [];
	const client = {
		open: (_blob: Blob, given: { onProblem?: (problem: Problem) => void }) => {
			options.push(given);
			given.onProblem?.({ file: 'a.mp4', message: 'FFmpeg goes on.' });
			return Promise.resolve({});
		},
	};
	const stages = stagesOf(fakeInference(new Error()).inference, client);
	const problems: Problem[] = [];
	const { signal } = new AbortController();
	const file = { path: 'a.mp4', size: 1, open: () => Promise.resolve(new Blob(['a'])) };
	await stages.open(file, { signal, onProblem: (problem) => problems.push(problem) });
	expect(options).toMatchObject([{ name: 'a.mp4', signal }]);
	expect(problems).toEqual([{ file: 'a.mp4', message: 'FFmpeg goes on.' }]);
});

test('a transcript is scored as the official scorer reads its file', () => {
	const cue = { startSeconds: 1, endSeconds: 2, text: 'R&B', words: [], confidence: 1 };
	const reference = [{ startSeconds: 1, endSeconds: 2, text: 'R&amp;B' }];
	const scores = stagesOf(fakeInference(new Error()).inference, {}).score(
		{ conversations: null, transcripts: new Map([['spk_0', reference]]) },
		[{ id: 'spk_0', uem: null, tracks: [] }],
		[{ speakerId: 'spk_0', cues: [cue] }],
		{ clusters: new Map(), confidence: null, evidence: [] },
	);
	expect(scores.wer).toBe(0);
});

const lost = new ConfabError('DeviceLost', 'The graphics processor went away.');
const failed = new Error('mapAsync failed');

test.each([
	['goes away', lost, []],
	['fails', failed, ['silero-vad has failed there (mapAsync failed)']],
])(
	'a model whose GPU %s in mid-run is loaded elsewhere, and its work begun again',
	async (_, error, off) => {
		const { inference, loads, keptOff } = fakeInference(error);
		const stages = stagesOf(inference, {});
		const told: string[] = [];
		stages.begin(({ id, provider }) => told.push(`${id} on ${provider}`));
		let readings = 0;
		const media: unknown = {
			async *audio() {
				readings += 1;
				yield await Promise.resolve({ startSample: 0, samples: new Float32Array(16_000) });
			},
		};
		const voice = await stages.voiceActivity(media as MediaSource, {});
		expect(voice).toHaveLength(25);
		expect(voice.every((probability) => probability > 0.7)).toBe(true);
		expect(readings).toBe(2);
		expect(loads).toEqual(['silero-vad on webgpu', 'silero-vad on wasm']);
		expect(told).toEqual(loads);
		expect(keptOff).toEqual(off);
		const uses = [{ id: 'silero-vad', provider: 'wasm', precision: 'fp32' }];
		expect(stages.takeUses()).toEqual(uses);
		expect(stages.problems().map(({ file }) => file)).toEqual(off.map(() => 'silero-vad'));
		// What is loaded stays so in the next run, and is told as used when it is.
		stages.begin(() => undefined);
		expect(stages.takeUses()).toEqual([]);
		expect(stages.problems()).toEqual([]);
		await stages.voiceActivity(media as MediaSource, {});
		expect(stages.takeUses()).toEqual(uses);
		expect(loads).toHaveLength(2);
	},
);

test.each([
	['a fault of our own', new TypeError('wrong shape')],
	['an abort', new DOMException('stopped', 'AbortError')],
])('%s on the GPU is no reason to go elsewhere', async (_, error) => {
	const { inference, loads, keptOff } = fakeInference(error);
	const stages = stagesOf(inference, {});
	stages.begin(() => undefined);
	const media: unknown = {
		async *audio() {
			yield await Promise.resolve({ startSample: 0, samples: new Float32Array(16_000) });
		},
	};
	await expect(stages.voiceActivity(media as MediaSource, {})).rejects.toBe(error);
	expect(loads).toEqual(['silero-vad on webgpu']);
	expect(keptOff).toEqual([]);
});
