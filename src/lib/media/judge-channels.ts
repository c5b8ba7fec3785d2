import { ChannelMeter } from '../signal/channels.ts';
import type { ChannelVerdict } from '../signal/channels.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { AudioBlock, MediaSource } from './media-source.ts';
import { SAMPLE_RATE_HZ } from './sound-line.ts';

/** Sound that is listened to, at most: three minutes hold turns of everyone. */
const JUDGED_SECONDS = 180;

/** A recording has no more people than this on a channel each; with more it is a mix for many speakers. */
const MOST_CHANNELS = 8;

/**
 * Listens to a file's channels side by side, for 3 minutes at most, and says whether each is a person.
 *
 * @returns null where there are not 2 to 8 channels.
 * @throws ConfabError `UnsupportedMedia`; the signal's reason.
 */
export async function judgeChannels(
	source: MediaSource,
	{ signal, onProgress }: SlowOptions = {},
): Promise<ChannelVerdict | null> {
	const channels = source.info.audio?.channels ?? 0;
	if (channels < 2 || channels > MOST_CHANNELS) return null;
	const meter = new ChannelMeter(channels, SAMPLE_RATE_HZ);
	const total = Math.min(JUDGED_SECONDS, source.info.durationSeconds);
	const readers = Array.from({ length: channels }, (_, channel) =>
		source.audio(signal, { channel, near: true })[Symbol.asyncIterator](),
	);
	try {
		for (let done = 0; done < total;) {
			// One line of time and one decoder: the blocks of all channels have the same bounds.
			const results = await Promise.all(readers.map((reader) => reader.next()));
			const blocks = results.flatMap(({ done: ended, value }) =>
				ended === true ? [] : [value satisfies AudioBlock],
			);
			const [first] = blocks;
			if (!first || blocks.length < channels) break;
			meter.add(blocks.map(({ samples }) => samples));
			done = (first.startSample + first.samples.length) / SAMPLE_RATE_HZ;
			onProgress?.({ stage: 'channels', done: Math.min(done, total), total, unit: 'seconds' });
		}
	} finally {
		for (const reader of readers) await reader.return?.();
	}
	return meter.verdict;
}
