import type { FoundMedia } from '../media-description.ts';
import type { FFmpegCore } from './engine.ts';
import { displayedSize, spansOf } from './streams.ts';
import { probe } from './probe.ts';

/** Describes a file by ffprobe. @throws ConfabError as `probe`. */
export async function describeProbe(
	blob: Blob,
	options: {
		readonly name: string;
		readonly core: FFmpegCore;
		readonly audioTrack: number | undefined;
		readonly signal: AbortSignal | undefined;
	},
): Promise<FoundMedia> {
	const { name, core, audioTrack, signal } = options;
	const found = await probe(core, blob, name, signal);
	const { video, audio, audioTracks, startSeconds, videoEnd, soundEnd } = await spansOf(
		found,
		blob,
		name,
		audioTrack,
	);
	const used = audioTracks.findIndex(({ isDefault }) => isDefault);
	return {
		durationSeconds: Math.max(videoEnd, soundEnd) - startSeconds,
		video: video && {
			codec: video.codec,
			...displayedSize(video),
			rotation: video.rotation,
			isSpherical: video.isSpherical,
			starts: video.firstStarts,
		},
		tracks: audioTracks.map(({ codec, channels, sampleRateHz, language }, i) => ({
			...{ codec, channels, sampleRateHz, language },
			isDefault: i === Math.max(0, used),
		})),
		hasUnknownSound: audioTracks.length === 0 && found.streams.some(({ kind }) => kind === 'audio'),
		offsetSeconds: video && audio ? audio.startSeconds - video.startSeconds : 0,
	};
}
