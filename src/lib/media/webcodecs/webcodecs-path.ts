import { AudioSampleSink, VideoSampleSink } from 'mediabunny';
import type { AudioSample, Input, InputAudioTrack, InputVideoTrack, VideoSample } from 'mediabunny';
import { untilAborted } from '../../support/abort.ts';
import { present } from '../../support/assert.ts';
import { LAST_FRAME_SECONDS, UnevenSound, placedAt, soundOriginSeconds } from '../decode-path.ts';
import type { DecodePath, FrameRequest, SoundRequest } from '../decode-path.ts';
import { FrameAssembler } from '../frame-assembler.ts';
import {
	FRAMES_PER_SECOND,
	FrameClock,
	TIMESTAMP_TOLERANCE_SECONDS,
	tickAtOrAfter,
	videoShiftSeconds,
} from '../frame-clock.ts';
import { frameRateOf, isStill } from '../frame-rate.ts';
import type { AudioBlock, FrameBlock, MediaInfo } from '../media-source.ts';
import { colourMatrix } from '../picture.ts';
import { DRIFT_TOLERANCE_SECONDS, SAMPLE_RATE_HZ, SoundLine } from '../sound-line.ts';
import { PacketClock } from './packet-clock.ts';
import { PictureReader } from './read-picture.ts';
import type { Colour } from './read-picture.ts';
import { firstStarts, openInput, readStreams } from './read-streams.ts';
import type { Streams, TrackSpan } from './read-streams.ts';

/** Pictures up to this many pixels decode faster in software: a GPU's are slow to read back. */
const SOFTWARE_PIXELS = 640 * 480;

interface Video {
	readonly track: InputVideoTrack;
	readonly shiftSeconds: number;
	readonly endSeconds: number;
	readonly colour: Colour;
	readonly software: boolean;
}

interface Sound {
	readonly track: InputAudioTrack;
	readonly sampleRateHz: number;
}

/**
 * Opens a file for decoding by the browser's own codecs.
 *
 * @param audioTrack which of the sound tracks; the default one when not given.
 * @returns null when the container or the picture's codec is not for this path. The caller closes it.
 */
export async function openWebCodecs(blob: Blob, audioTrack?: number): Promise<DecodePath | null> {
	const input = await openInput(blob);
	if (!input) return null;
	let opened: DecodePath | null = null;
	try {
		const streams = await readStreams(input, blob, audioTrack);
		opened = streams ? await openStreams(input, streams) : null;
		return opened;
	} finally {
		if (!opened) input.dispose();
	}
}

async function openStreams(input: Input, streams: Streams): Promise<DecodePath | null> {
	const { picture, audio, startSeconds } = streams;
	if (picture && !(await picture.track.canDecode())) return null;
	const isHeard = (await audio?.track.canDecode()) ?? false;
	if (audio && !isHeard && !picture) return null;

	const video = picture ? await describeVideo(picture, startSeconds) : null;
	const soundEndSeconds = audio ? audio.endSeconds - startSeconds : 0;
	const sound = audio
		? { track: audio.track, sampleRateHz: await audio.track.getSampleRate() }
		: null;
	const info: MediaInfo = {
		durationSeconds: Math.max(soundEndSeconds, video?.endSeconds ?? 0),
		video: video && {
			width: await video.track.getDisplayWidth(),
			height: await video.track.getDisplayHeight(),
			codec: (await video.track.getCodec()) ?? 'unknown',
			frameCount: tickAtOrAfter(video.endSeconds),
			isStill: isStill(frameRateOf(await firstStarts(video.track))),
		},
		audio: sound && {
			sampleRateHz: sound.sampleRateHz,
			channels: await sound.track.getNumberOfChannels(),
			codec: (await sound.track.getCodec()) ?? 'unknown',
		},
		soundFault: null,
		decoder: 'webcodecs',
	};
	const isDelayed = DELAYED_CODECS.includes(info.audio?.codec ?? '');
	return {
		info,
		soundBy: isHeard ? (isDelayed ? 'ffmpeg unless near' : 'itself') : 'ffmpeg',
		soundEndSeconds,
		sound: (request) => decodeSound(present(sound, 'the sound'), startSeconds, request),
		frames: (request) => decodeFrames(present(video, 'the video'), request),
		close: () => input.dispose(),
	};
}

/**
 * Codecs whose delay a container tells the browser's decoder nothing about, or in a tag that is not
 * read here: MP3 came 1,105 samples late, Opus in Matroska 7 ms.
 */
const DELAYED_CODECS: readonly string[] = ['mp3', 'opus', 'vorbis'];

async function describeVideo(
	{ track, firstSeconds, endSeconds }: TrackSpan<InputVideoTrack>,
	startSeconds: number,
): Promise<Video> {
	const shiftSeconds = videoShiftSeconds(startSeconds, firstSeconds);
	const { matrix, fullRange } = await track.getColorSpace();
	const pixels = (await track.getCodedWidth()) * (await track.getCodedHeight());
	return {
		track,
		shiftSeconds,
		endSeconds: endSeconds + shiftSeconds,
		colour: { matrix: colourMatrix(matrix), fullRange: fullRange ?? null },
		software: pixels <= SOFTWARE_PIXELS,
	};
}

async function* decodeFrames(
	video: Video,
	request: FrameRequest,
): AsyncGenerator<FrameBlock, void, undefined> {
	const { startFrame, endFrame, signal } = request;
	const clock = new FrameClock(startFrame, endFrame);
	const assembler = new FrameAssembler(request);
	const reader = new PictureReader(video.colour);
	const sink = new VideoSampleSink(video.track, {
		hardwareAcceleration: video.software ? 'prefer-software' : 'no-preference',
	});
	const from = startFrame / FRAMES_PER_SECOND - video.shiftSeconds + TIMESTAMP_TOLERANCE_SECONDS;
	const samples = sink.samples(startFrame === 0 ? undefined : from);
	const held = new Held();
	// Whoever closes the file need not come back for the next block, so nothing waits for that.
	const release = (): void => {
		held.close();
		void samples.return();
	};
	signal?.addEventListener('abort', release);
	// A frame is shown until the next one begins, so it waits for that one.
	let shown: VideoSample | null = null;
	try {
		while (!clock.done) {
			signal?.throwIfAborted();
			const next = await nextSample(samples, signal);
			if (next) held.add(next);
			if (shown) {
				const end = shown.timestamp + shown.duration + video.shiftSeconds;
				const atEnd = video.endSeconds - end < LAST_FRAME_SECONDS;
				const until = next ? next.timestamp + video.shiftSeconds : atEnd ? video.endSeconds : end;
				const count = clock.fill(until);
				if (count > 0) yield* assembler.add(await reader.read(shown), count);
				held.drop(shown);
			}
			shown = next;
			if (!shown) break;
		}
		yield* assembler.rest();
	} catch (error) {
		if (!signal?.aborted) yield* assembler.rest();
		throw error;
	} finally {
		signal?.removeEventListener('abort', release);
		held.close();
		await samples.return();
	}
}

/** Samples that are to be closed, however their reader is left. */
class Held {
	readonly #samples = new Set<VideoSample>();

	add(sample: VideoSample): void {
		this.#samples.add(sample);
	}

	drop(sample: VideoSample): void {
		this.#samples.delete(sample);
		sample.close();
	}

	close(): void {
		for (const sample of this.#samples) this.drop(sample);
	}
}

/** The next sample, or null after the last. The caller closes it. One that comes after an abort is closed. */
async function nextSample<T extends VideoSample | AudioSample>(
	samples: AsyncGenerator<T, void, unknown>,
	signal: AbortSignal | undefined,
): Promise<T | null> {
	const coming = samples.next();
	try {
		const { value } = await untilAborted(coming, signal);
		return value ?? null;
	} catch (error) {
		coming.then(
			({ value }) => value?.close(),
			() => undefined,
		);
		throw error;
	}
}

async function* decodeSound(
	sound: Sound,
	startSeconds: number,
	request: SoundRequest,
): AsyncGenerator<AudioBlock, void, undefined> {
	const { startSample, channel, onFault, signal } = request;
	const origin = soundOriginSeconds(request);
	// Containers name half of the rate for sound whose upper half is told apart (HE-AAC).
	let rateHz = sound.sampleRateHz;
	const begin = (): SoundLine =>
		new SoundLine(rateHz, {
			startSample: startSample - origin * SAMPLE_RATE_HZ,
			channel,
			onFault,
			originSeconds: origin,
		});
	let line = begin();
	let isFirst = true;
	const sink = new AudioSampleSink(sound.track);
	const from = origin === 0 ? undefined : origin + startSeconds;
	const samples = sink.samples(from);
	const clock = new PacketClock(sound.track, from);
	try {
		for (;;) {
			signal?.throwIfAborted();
			const sample = await nextSample(samples, signal);
			if (!sample) break;
			const seconds = sample.timestamp - startSeconds - origin;
			if (sample.sampleRate !== rateHz) {
				if (!isFirst) {
					sample.close();
					throw new UnevenSound('its rate changes');
				}
				rateHz = sample.sampleRate;
				line = begin();
			}
			isFirst = false;
			const lasting = sample.numberOfFrames / rateHz;
			yield* placedAt(origin, line.push(seconds, takeChannels(sample)));
			const stray = await untilAborted(clock.strayAfter(lasting), signal);
			if (Math.abs(stray) > DRIFT_TOLERANCE_SECONDS) {
				throw new UnevenSound(`its timestamps stray by ${stray.toFixed(3)} s from its length`);
			}
		}
		yield* placedAt(origin, line.flush());
	} catch (error) {
		if (!signal?.aborted) yield* placedAt(origin, line.pending());
		throw error;
	} finally {
		await samples.return();
		await clock.close();
	}
}

/** The sample's channels as floats. Closes it. */
function takeChannels(sample: AudioSample): Float32Array[] {
	try {
		return Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
			const channel = new Float32Array(sample.numberOfFrames);
			sample.copyTo(channel, { planeIndex, format: 'f32-planar' });
			return channel;
		});
	} finally {
		sample.close();
	}
}
