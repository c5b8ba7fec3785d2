import { expect, test } from 'vitest';
import type { ModelUse } from '../domain/result.ts';
import type { Inference } from '../inference/inference.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { MediaClient } from '../media/remote.ts';
import { MemoryStore } from '../pipeline/fakes.ts';
import { hearVoice } from '../pipeline/stages/activity/hear-voice.ts';
import { Work } from '../pipeline/work.ts';
import { AvsrShelf } from '../recognisers/avsr/avsr-shelf.ts';
import { WhisperShelf } from '../recognisers/whisper/whisper-shelf.ts';
import { ConfabError, type Problem } from '../support/errors.ts';
import { AddedVoices } from './added-voices.ts';
import { RunPorts } from './run-ports.ts';

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

function portsOf(inference: Inference, client: unknown): RunPorts {
	const none: unknown = { list: () => Promise.resolve([]) };
	const shelf = none as ConstructorParameters<typeof AvsrShelf>[0];
	return new RunPorts(inference, client as MediaClient, {
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
	const { media } = portsOf(fakeInference(new Error()).inference, client);
	const problems: Problem[] = [];
	const { signal } = new AbortController();
	const file = { path: 'a.mp4', size: 1, open: () => Promise.resolve(new Blob(['a'])) };
	await media.open(file, { signal, onProblem: (problem) => problems.push(problem) });
	expect(options).toMatchObject([{ name: 'a.mp4', signal }]);
	expect(problems).toEqual([{ file: 'a.mp4', message: 'FFmpeg goes on.' }]);
});

/** Hears whether anybody speaks in a second of silence; what it uses. */
async function hear(ports: RunPorts) {
	let readings = 0;
	const media: unknown = {
		async *audio() {
			readings += 1;
			yield await Promise.resolve({ startSample: 0, samples: new Float32Array(16_000) });
		},
	};
	const work = Work.begin({
		sessionId: 'party',
		store: new MemoryStore(),
		onEvent: () => undefined,
	});
	const { value: voice, notes } = await work.noting((noted) =>
		hearVoice(media as MediaSource, ports, noted),
	);
	return { voice, readings, uses: notes.models };
}

const lost = new ConfabError('DeviceLost', 'The graphics processor went away.');
const failed = new Error('mapAsync failed');

test.each([
	['goes away', lost, []],
	['fails', failed, ['silero-vad has failed there (mapAsync failed)']],
])(
	'a model whose GPU %s in mid-run is loaded elsewhere, and its work begun again',
	async (_, error, off) => {
		const { inference, loads, keptOff } = fakeInference(error);
		const ports = portsOf(inference, {});
		const loaded: string[] = [];
		ports.begin([], ({ id, provider }) => loaded.push(`${id} on ${provider}`));
		const { voice, readings, uses } = await hear(ports);
		expect(voice).toHaveLength(25);
		expect(voice.every((probability) => probability > 0.7)).toBe(true);
		expect(readings).toBe(2);
		expect(loads).toEqual(['silero-vad on webgpu', 'silero-vad on wasm']);
		expect(loaded).toEqual(loads);
		expect(keptOff).toEqual(off);
		expect(uses).toEqual([{ id: 'silero-vad', provider: 'wasm', precision: 'fp32' }]);
		expect(ports.models.problems().map(({ file }) => file)).toEqual(off.map(() => 'silero-vad'));
		// What is loaded stays so in the next run, and is noted as used when it is.
		ports.begin([], () => undefined);
		expect(ports.models.problems()).toEqual([]);
		expect((await hear(ports)).uses).toEqual(uses);
		expect(loads).toHaveLength(2);
	},
);

test.each([
	['a fault of our own', new TypeError('wrong shape')],
	['an abort', new DOMException('stopped', 'AbortError')],
])('%s on the GPU is no reason to go elsewhere', async (_, error) => {
	const { inference, loads, keptOff } = fakeInference(error);
	const ports = portsOf(inference, {});
	ports.begin([], () => undefined);
	await expect(hear(ports)).rejects.toBe(error);
	expect(loads).toEqual(['silero-vad on webgpu']);
	expect(keptOff).toEqual([]);
});
