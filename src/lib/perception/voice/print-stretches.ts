import { sampleRateHz } from '../../domain/session.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { AudioBlock } from '../../media/media-source.ts';
import type { SlowOptions } from '../../support/progress.ts';
import type { VoiceEmbedder, VoicePrint } from './voice-embedder.ts';

/** A set of stretches that is being gathered. */
interface Gathering {
	readonly index: number;
	/** Samples from and to, in order. */
	readonly ranges: readonly (readonly [number, number])[];
	readonly endSample: number;
	readonly parts: Float32Array[];
}

/**
 * The voice in each of several sets of stretches of one recording. Sound goes by once; a set is embedded
 * as soon as its last stretch has gone by, and dropped.
 *
 * @param audio 16 kHz mono from sample 0 on, in blocks of any length
 * @param stretches in seconds of the recording; each set holds at least one
 * @throws TypeError for a set of which nothing lies within the recording.
 */
export async function printStretches(
	embedder: VoiceEmbedder,
	audio: AsyncIterable<AudioBlock>,
	stretches: readonly (readonly TimeRange[])[],
	{ signal }: SlowOptions = {},
): Promise<VoicePrint[]> {
	const prints = new Array<VoicePrint>(stretches.length);
	let waiting = stretches.map(gatheringOf);
	const embed = async (done: readonly Gathering[]): Promise<void> => {
		for (const { index, parts } of done) {
			signal?.throwIfAborted();
			prints[index] = await embedder.embed(joined(parts), { signal });
		}
	};
	for await (const { startSample, samples } of audio) {
		const end = startSample + samples.length;
		for (const { ranges, parts } of waiting) {
			for (const [from, to] of ranges) {
				if (from >= end || to <= startSample) continue;
				parts.push(samples.slice(Math.max(0, from - startSample), to - startSample));
			}
		}
		await embed(waiting.filter(({ endSample }) => endSample <= end));
		waiting = waiting.filter(({ endSample }) => endSample > end);
		if (waiting.length === 0) break;
	}
	// The recording ends before they do; what there is of them counts.
	await embed(waiting);
	return prints;
}

function gatheringOf(set: readonly TimeRange[], index: number): Gathering {
	const ranges = set.map(
		({ startSeconds, endSeconds }) =>
			[Math.round(startSeconds * sampleRateHz), Math.round(endSeconds * sampleRateHz)] as const,
	);
	const endSample = Math.max(...ranges.map(([, to]) => to));
	return { index, ranges, endSample, parts: [] };
}

function joined(parts: readonly Float32Array[]): Float32Array {
	const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
