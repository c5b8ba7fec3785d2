import { describe, expect, test } from 'vitest';
import type { Model, Tensors } from '../../inference/model.ts';
import { kaldiFbank, withoutMean } from '../../signal/kaldi-fbank.ts';
import { WespeakerVoice } from './wespeaker-voice.ts';

/** A network that gives the first two columns' mean absolute value, and remembers what it was shown. */
function listening(seen: Tensors[]): Model {
	return {
		id: 'wespeaker',
		provider: 'wasm',
		precision: 'fp32',
		run: (inputs, signal) => {
			signal?.throwIfAborted();
			seen.push(inputs);
			const { dims = [], data = [] } = inputs['feats'] ?? {};
			const embs = new Float32Array(2);
			for (let i = 0; i < data.length; i++) {
				if (i % 80 < 2) embs[i % 80] = embs[i % 80]! + Math.abs(Number(data[i])) / dims[1]!;
			}
			return Promise.resolve({ embs: { type: 'float32', dims: [1, 2], data: embs } });
		},
	};
}

const sound = (seconds: number): Float32Array =>
	Float32Array.from({ length: 16_000 * seconds }, (_, n) => 0.3 * Math.sin(0.1 * n + n * n * 1e-7));

describe('WespeakerVoice', () => {
	test('shows the filterbank without its mean over the whole recording', async () => {
		const seen: Tensors[] = [];
		const print = await new WespeakerVoice(listening(seen)).embed(sound(3));
		const { data } = withoutMean(kaldiFbank(sound(3), { bands: 80, window: 'hamming' }));
		expect(seen).toEqual([{ feats: { type: 'float32', dims: [1, 298, 80], data } }]);
		expect(Math.hypot(...print)).toBeCloseTo(1, 6);
	});

	test('hears a long recording in equal parts, all of it', async () => {
		const seen: Tensors[] = [];
		const done: number[] = [];
		await new WespeakerVoice(listening(seen)).embed(sound(25), {
			onProgress: (progress) => done.push(progress.done),
		});
		expect(seen.map(({ feats }) => feats?.dims[1])).toEqual([832, 833, 833]);
		expect(done).toEqual([1, 2, 3]);
	});

	test('repeats a sound of less than half a second, refuses none, stops when told to', async () => {
		const seen: Tensors[] = [];
		const voice = new WespeakerVoice(listening(seen));
		expect(await voice.embed(sound(1).subarray(0, 200))).toHaveLength(2);
		expect(seen[0]?.['feats']?.dims).toEqual([1, 48, 80]);
		await expect(voice.embed(new Float32Array())).rejects.toThrow(TypeError);
		await expect(voice.embed(sound(1), { signal: AbortSignal.abort() })).rejects.toMatchObject({
			name: 'AbortError',
		});
		expect(await voice.embed(sound(1))).toHaveLength(2);
	});
});
