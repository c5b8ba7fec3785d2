import type { Peaks } from '../domain/peaks.ts';
import { PeakMeter } from '../signal/peak-meter.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { MediaSource } from './media-source.ts';
import { SAMPLE_RATE_HZ } from './sound-line.ts';

/** Pairs of peaks a second: finer than a screen shows at the closest look at speech. */
const PEAKS_RATE_HZ = 100;

/**
 * The waveform of a file's sound, in seconds of the file. A file without sound has none of any length.
 *
 * @throws ConfabError `UnsupportedMedia`; the signal's reason.
 */
export async function measurePeaks(
	source: MediaSource,
	{ signal, onProgress }: SlowOptions,
): Promise<Peaks> {
	const total = source.info.durationSeconds;
	const meter = new PeakMeter(SAMPLE_RATE_HZ / PEAKS_RATE_HZ, total * SAMPLE_RATE_HZ);
	let told = 0;
	if (source.info.audio) {
		for await (const { startSample, samples } of source.audio(signal, { near: true })) {
			meter.add(startSample, samples);
			const done = Math.min(total, (startSample + samples.length) / SAMPLE_RATE_HZ);
			// Blocks are a second long: told of each, an hour would be thousands of messages.
			if (done - told < total / 100) continue;
			told = done;
			onProgress?.({ stage: 'peaks', done, total, unit: 'seconds' });
		}
	}
	return { rateHz: PEAKS_RATE_HZ, ...meter.result() };
}
