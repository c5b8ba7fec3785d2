import { sampleRateHz } from '../domain/session.ts';
import type { Model } from '../inference/model.ts';
import type { AudioBlock } from '../media/media-source.ts';
import { assert } from '../support/assert.ts';
import type { SlowOptions } from '../support/progress.ts';
import { localActivity, powersetClasses, windowStartFrame } from './powerset.ts';
import type { SegmentedWindow } from './powerset.ts';

/** Id of pyannote's segmentation network, and of the offer by which a person adds it. */
export const segmentationId = 'pyannote-segmentation';

/** The network's window, and how far apart windows begin: as in pyannote's own pipeline (`segmentation_step` 0.1). */
const windowSamples = 10 * sampleRateHz;
const windowStepSeconds = 1;
const stepSamples = windowStepSeconds * sampleRateHz;

/**
 * Who talks in each window of a recording, up to three people and two of them at once, by pyannote's
 * segmentation 3.0. The last window is filled up with silence.
 *
 * @param model `x` [1, 1, 160000] to `y` [1, frames, 7], both float32
 * @param audio 16 kHz mono from sample 0 on, in blocks of any length
 */
export async function segmentSpeakers(
	model: Model,
	audio: AsyncIterable<AudioBlock>,
	{ signal, onProgress }: SlowOptions = {},
): Promise<SegmentedWindow[]> {
	const windows: SegmentedWindow[] = [];
	const window = new Float32Array(windowSamples);
	let filled = 0;
	const segment = async (): Promise<void> => {
		signal?.throwIfAborted();
		const dims = [1, 1, windowSamples];
		const { y } = await model.run({ x: { type: 'float32', dims, data: window.slice() } }, signal);
		assert(y?.type === 'float32', `${model.id} gave no classes`);
		assert(y.dims.at(-1) === powersetClasses.length, `${model.id} gave other classes`);
		const startFrame = windowStartFrame(windows.length * windowStepSeconds);
		windows.push({ startFrame, active: localActivity(y.data) });
		const done = windows.length * windowStepSeconds;
		onProgress?.({ stage: 'activity', done, total: done, unit: 'seconds' });
	};
	let heard = 0;
	for await (const { samples } of audio) {
		for (let from = 0; from < samples.length;) {
			const part = samples.subarray(from, from + windowSamples - filled);
			window.set(part, filled);
			filled += part.length;
			from += part.length;
			heard += part.length;
			if (filled < windowSamples) break;
			await segment();
			window.copyWithin(0, stepSamples);
			filled -= stepSamples;
		}
	}
	const covered = windows.length === 0 ? 0 : windowSamples + (windows.length - 1) * stepSamples;
	if (heard > covered) {
		window.fill(0, filled);
		await segment();
	}
	return windows;
}
