import { untilAborted } from '../support/abort.ts';
import { cutShortText } from './cut-off.ts';
import { unsupported } from './decode-path.ts';
import { refuseOtherFiles } from './file-kind.ts';
import { frameRateOf, isStill } from './frame-rate.ts';
import type { FoundMedia, MediaDescription } from './media-description.ts';
import { defaultFFmpegCore } from './open-media.ts';
import type { OpenMediaOptions } from './open-media.ts';
import { describeByWebCodecs } from './webcodecs/describe-input.ts';

/** A recording shorter than this holds nothing that can be worked on. */
const SHORTEST_SECONDS = 0.5;

/** A 360 degree picture, unfolded, is twice as wide as high, and no smaller than this. */
const SPHERICAL_WIDTH = 3000;

/** A later beginning than this is worth a word. */
const NOTED_OFFSET_SECONDS = 0.1;

/**
 * Describes a file without decoding it. A length that the container does not tell is found by walking
 * its packets.
 *
 * @throws ConfabError `UnsupportedMedia` when neither reader knows the file, or it is shorter than half
 * a second; `ModelUnavailable` when FFmpeg is needed and cannot be loaded.
 */
export async function describeMedia(
	blob: Blob,
	options: OpenMediaOptions,
): Promise<MediaDescription> {
	const { name, signal, audioTrack } = options;
	signal?.throwIfAborted();
	await untilAborted(refuseOtherFiles(blob, name), signal);
	const byBrowser = async (): Promise<FoundMedia | null> => {
		if (options.prefer === 'ffmpeg') return null;
		// A container that this reader cannot make sense of may still be one for FFmpeg.
		return describeByWebCodecs(blob, audioTrack).catch(() => null);
	};
	const found =
		(await untilAborted(byBrowser(), signal)) ??
		(await untilAborted(describeByFFmpeg(blob, options), signal));
	const seconds = found.durationSeconds;
	if (!(seconds >= SHORTEST_SECONDS)) {
		const length = seconds > 0 ? `${seconds.toFixed(2)} s long` : 'empty';
		throw unsupported(name, `the recording is ${length}, too short: 0.5 s is the least`);
	}
	const description = completed(found, audioTrack);
	const cut = await cutShortText(blob, seconds);
	return cut === null
		? description
		: { ...description, notes: [...description.notes, `${cut.replace(/^i/u, 'I')}.`] };
}

async function describeByFFmpeg(blob: Blob, options: OpenMediaOptions): Promise<FoundMedia> {
	const { describeProbe } = await import('./ffmpeg/describe-probe.ts');
	const { name, audioTrack, signal, ffmpegCore: core = defaultFFmpegCore } = options;
	return describeProbe(blob, { name, audioTrack, core, signal });
}

function completed(
	{ durationSeconds, video, tracks, hasUnknownSound, offsetSeconds }: FoundMedia,
	audioTrack: number | undefined,
): MediaDescription {
	const description = {
		durationSeconds,
		video: video && withRate(video),
		audio: tracks.length > 0 ? { tracks } : null,
		offsetSeconds,
	};
	const notes = notesOn(description, audioTrack);
	if (hasUnknownSound) notes.push('Its sound is of a kind that cannot be decoded.');
	else if (tracks.length === 0) notes.push('There is no sound.');
	return { ...description, notes };
}

function withRate({
	starts,
	...video
}: NonNullable<FoundMedia['video']>): NonNullable<MediaDescription['video']> {
	const { framesPerSecond, isVariable } = frameRateOf(starts);
	const { width, height } = video;
	return {
		...video,
		framesPerSecond,
		isVariableRate: isVariable,
		isStill: isStill({ framesPerSecond }),
		isSpherical: video.isSpherical || (width === 2 * height && width >= SPHERICAL_WIDTH),
	};
}

function notesOn(
	{ video, audio, offsetSeconds }: Omit<MediaDescription, 'notes'>,
	audioTrack: number | undefined,
): string[] {
	const notes: string[] = [];
	if (!video) notes.push('There is no picture: voices alone are told apart.');
	else if (video.isStill) notes.push('The picture is a still: voices alone are told apart.');
	if (video?.isVariableRate) notes.push('The frame rate varies: frames are taken by their times.');
	if (video?.isSpherical) notes.push('The picture is a 360 degree view.');
	const count = audio?.tracks.length ?? 0;
	if (count > 1) {
		const used = audioTrack ?? audio?.tracks.findIndex(({ isDefault }) => isDefault) ?? 0;
		notes.push(`There are ${count} sound tracks; number ${used + 1} is used.`);
	}
	if (Math.abs(offsetSeconds) > NOTED_OFFSET_SECONDS) {
		const [later, earlier] = offsetSeconds > 0 ? ['sound', 'picture'] : ['picture', 'sound'];
		const by = Math.abs(offsetSeconds).toFixed(2);
		notes.push(`The ${later} begins ${by} s after the ${earlier}; they keep their distance.`);
	}
	return notes;
}
