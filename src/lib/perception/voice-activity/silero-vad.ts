import { frameRateHz, sampleRateHz } from '../../domain/session.ts';
import type { Model } from '../../inference/model.ts';
import type { AudioBlock } from '../../media/media-source.ts';
import { assert, present } from '../../support/assert.ts';
import type { SlowOptions } from '../../support/progress.ts';

/** New samples per run of Silero VAD at 16 kHz: 32 ms. */
const windowSamples = 512;

/** Samples of the window before that the network sees again. */
const contextSamples = 64;

/** Of the recurrent state, `[2, 1, 128]`. */
const stateDims = [2, 1, 128] as const;
const stateSize = 256;

/** Windows in a second of `speechCurve`: 31.25. */
export const speechCurveRateHz = sampleRateHz / windowSamples;

/**
 * Probability that anyone speaks, by Silero VAD (v5, 16 kHz), in windows of 512 samples with the
 * network's state carried on. Right on the CPU; its results on some GPUs are wrong without an error.
 *
 * @param model `input` [1, 576], `state` [2, 1, 128] and `sr` (int64) to `output` [1, 1] and `stateN`.
 * @param audio 16 kHz mono from sample 0 on, without holes, in blocks of any length.
 * @returns One value for each frame of 40 ms that has begun, weighed by the windows' share in it.
 * @throws TypeError for a block that does not follow the one before.
 */
export async function voiceActivity(
	model: Model,
	audio: AsyncIterable<AudioBlock>,
	slow: SlowOptions = {},
): Promise<Float32Array> {
	const { windows, sampleCount } = await speechCurve(model, audio, slow);
	return frameSpeech(windows, sampleCount);
}

/** What Silero VAD says of a recording. */
export interface SpeechCurve {
	/** Probability that anyone speaks in each 32 ms that have begun. */
	readonly windows: Float32Array;
	/** Samples of the recording. */
	readonly sampleCount: number;
}

/** As `voiceActivity`, by window of the network instead of by frame. */
export async function speechCurve(
	model: Model,
	audio: AsyncIterable<AudioBlock>,
	slow: SlowOptions = {},
): Promise<SpeechCurve> {
	const detector = new WindowDetector(model, slow.signal);
	const windows: number[] = [];
	const window = new Float32Array(windowSamples);
	let filled = 0;
	let samples = 0;
	for await (const block of audio) {
		slow.signal?.throwIfAborted();
		if (block.startSample !== samples) {
			throw new TypeError(`Sample ${block.startSample} came after ${samples} samples`);
		}
		samples += block.samples.length;
		for (let from = 0; from < block.samples.length;) {
			const part = block.samples.subarray(from, from + windowSamples - filled);
			window.set(part, filled);
			filled += part.length;
			from += part.length;
			if (filled < windowSamples) break;
			windows.push(await detector.probability(window));
			filled = 0;
		}
		const seconds = samples / sampleRateHz;
		slow.onProgress?.({ stage: 'activity', done: seconds, total: seconds, unit: 'seconds' });
	}
	if (filled > 0) windows.push(await detector.probability(window.fill(0, filled)));
	return { windows: Float32Array.from(windows), sampleCount: samples };
}

/** The network with what it remembers. */
class WindowDetector {
	readonly #model: Model;
	readonly #signal: AbortSignal | undefined;
	readonly #input = new Float32Array(contextSamples + windowSamples);
	#state = new Float32Array(stateSize);

	constructor(model: Model, signal: AbortSignal | undefined) {
		this.#model = model;
		this.#signal = signal;
	}

	async probability(window: Float32Array): Promise<number> {
		const input = this.#input;
		input.copyWithin(0, windowSamples);
		input.set(window, contextSamples);
		const outputs = await this.#model.run(
			{
				input: { type: 'float32', dims: [1, input.length], data: input.slice() },
				state: { type: 'float32', dims: stateDims, data: this.#state },
				sr: { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(sampleRateHz)) },
			},
			this.#signal,
		);
		const output = present(outputs['output'], 'The probability');
		const state = present(outputs['stateN'], 'The state');
		assert(output.type === 'float32' && output.data.length === 1, 'One probability a window');
		assert(state.type === 'float32' && state.data.length === stateSize, 'The state keeps its size');
		// A copy: what a model gives back may be its own memory, or be taken over by the next call.
		this.#state = new Float32Array(state.data);
		return output.data[0]!;
	}
}

/** Windows of 32 ms to frames of 40 ms: the mean, each window weighed by the time they share. */
export function frameSpeech(windows: Float32Array, sampleCount: number): Float32Array {
	const frames = Math.ceil((sampleCount * frameRateHz) / sampleRateHz);
	const frameSamples = sampleRateHz / frameRateHz;
	return Float32Array.from({ length: frames }, (_, frame) => {
		const start = frame * frameSamples;
		const end = Math.min(start + frameSamples, windows.length * windowSamples);
		let sum = 0;
		for (let w = Math.floor(start / windowSamples); w * windowSamples < end; w++) {
			const shared = Math.min(end, (w + 1) * windowSamples) - Math.max(start, w * windowSamples);
			sum += windows[w]! * shared;
		}
		return sum / (end - start);
	});
}
