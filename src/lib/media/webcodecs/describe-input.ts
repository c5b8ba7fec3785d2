import type { InputAudioTrack, InputVideoTrack } from 'mediabunny';
import { isMarkedSpherical } from '../iso-boxes.ts';
import type { AudioTrackDescription, FoundMedia } from '../media-description.ts';
import { defaultTrack, firstStarts, openInput, readStreams } from './read-streams.ts';
import type { TrackSpan } from './read-streams.ts';

/**
 * Describes a file by mediabunny's reader.
 *
 * @returns null when the container, or one of its codecs, is not known to it.
 */
export async function describeByWebCodecs(
	blob: Blob,
	audioTrack?: number,
): Promise<FoundMedia | null> {
	const input = await openInput(blob);
	if (!input) return null;
	try {
		const streams = await readStreams(input, blob, audioTrack);
		if (!streams) return null;
		const { picture, audio, audioTracks, startSeconds } = streams;
		const codecs = await Promise.all(
			[picture?.track, ...audioTracks].map(async (track) => (track ? await track.getCodec() : '')),
		);
		if (codecs.includes(null)) return null;
		const used = await defaultTrack(audioTracks);
		const ends = [picture, audio].map((span) => span?.endSeconds ?? -Infinity);
		return {
			durationSeconds: Math.max(...ends) - startSeconds,
			video: picture && {
				...(await describePicture(picture)),
				isSpherical: await isMarkedSpherical(blob),
			},
			tracks: await Promise.all(audioTracks.map((track, i) => describeTrack(track, i === used))),
			hasUnknownSound: false,
			offsetSeconds: picture && audio ? audio.firstSeconds - picture.firstSeconds : 0,
		};
	} finally {
		input.dispose();
	}
}

async function describePicture({
	track,
}: TrackSpan<InputVideoTrack>): Promise<Omit<NonNullable<FoundMedia['video']>, 'isSpherical'>> {
	return {
		codec: (await track.getCodec()) ?? 'unknown',
		width: await track.getDisplayWidth(),
		height: await track.getDisplayHeight(),
		rotation: await track.getRotation(),
		starts: await firstStarts(track),
	};
}

async function describeTrack(
	track: InputAudioTrack,
	isDefault: boolean,
): Promise<AudioTrackDescription> {
	const language = await track.getLanguageCode();
	return {
		codec: (await track.getCodec()) ?? 'unknown',
		channels: await track.getNumberOfChannels(),
		sampleRateHz: await track.getSampleRate(),
		language: language === 'und' ? null : language,
		isDefault,
	};
}
