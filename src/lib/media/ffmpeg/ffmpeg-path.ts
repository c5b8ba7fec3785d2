import { present } from '../../support/assert.ts';
import type { Problem } from '../../support/errors.ts';
import type { DecodePath, FrameRequest, SoundRequest } from '../decode-path.ts';
import { LAST_FRAME_SECONDS, placedAt, soundOriginSeconds } from '../decode-path.ts';
import { FrameAssembler } from '../frame-assembler.ts';
import {
	FRAMES_PER_SECOND,
	TIMESTAMP_TOLERANCE_SECONDS,
	tickAtOrAfter,
	videoShiftSeconds,
} from '../frame-clock.ts';
import { frameRateOf, isStill } from '../frame-rate.ts';
import type { AudioBlock, FrameBlock } from '../media-source.ts';
import { colourMatrix } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { SAMPLE_RATE_HZ, SoundLine } from '../sound-line.ts';
import type { FFmpegCore } from './engine.ts';
import { inputPath, outputPath, runFFmpeg } from './engine.ts';
import { FrameTimes } from './frame-times.ts';
import type { ProbedStream } from './probe.ts';
import { probe } from './probe.ts';
import { displayedSize, spansOf } from './streams.ts';

export interface OpenFFmpegOptions {
	readonly name: string;
	readonly core: FFmpegCore;
	/** Which of the sound tracks; the default one when not given. */
	readonly audioTrack?: number | undefined;
	readonly onProblem?: ((problem: Problem) => void) | undefined;
}

/** Bytes of decoded pictures that come over from FFmpeg at a time, unless one is larger. */
const PICTURE_CHUNK_BYTES = 4 * 1024 * 1024;
/** Samples that come over at a time: 5 s at 48 kHz. */
const SOUND_CHUNK_SAMPLES = 240_000;
const BYTES_PER_SAMPLE = 4;

/** How far before the first wanted frame decoding starts, so that a frame held from earlier is found. */
const SEEK_MARGIN_SECONDS = 10;

const GENERAL = [
	'-hide_banner',
	'-nostats',
	'-threads',
	'1',
	'-protocol_whitelist',
	'file',
	'-copyts',
];
/** What is logged: of sound, each frame's time as well. Each line begins with its level. */
const ERRORS = ['-v', 'level+error'];
const FRAMES = ['-v', 'level+info'];

/**
 * Opens a file for decoding by FFmpeg.
 *
 * @throws ConfabError `UnsupportedMedia` when FFmpeg does not know the file, `ModelUnavailable` when
 * its core cannot be loaded.
 */
export async function openFFmpeg(input: Blob, options: OpenFFmpegOptions): Promise<DecodePath> {
	const { name, core } = options;
	const closing = new AbortController();
	const found = await probe(core, input, name, closing.signal);
	const spans = await spansOf(found, input, name, options.audioTrack);
	const { video, audio, audioTracks, startSeconds, seekable } = spans;
	const hasOther = found.streams.some(({ kind }) => kind === 'audio');
	const soundFault =
		audioTracks.length === 0 && hasOther ? 'its sound is of a kind that cannot be decoded' : null;
	if (soundFault !== null) {
		options.onProblem?.({ file: name, message: `${soundFault}; the picture alone is used` });
	}
	const shiftSeconds = video ? videoShiftSeconds(startSeconds, video.startSeconds) : 0;
	const videoEnd = video ? spans.videoEnd + shiftSeconds : 0;
	const soundEndSeconds = audio ? spans.soundEnd - startSeconds : 0;
	const file = { input, core, closing: closing.signal, onLine: lineReporter(options) };
	return {
		info: {
			durationSeconds: Math.max(videoEnd, soundEndSeconds),
			video: video && {
				...displayedSize(video),
				codec: video.codec,
				frameCount: tickAtOrAfter(videoEnd),
				isStill: isStill(frameRateOf(video.firstStarts)),
			},
			audio: audio && {
				sampleRateHz: audio.sampleRateHz,
				channels: audio.channels,
				codec: audio.codec,
			},
			soundFault,
			decoder: 'ffmpeg',
		},
		soundBy: 'itself',
		soundEndSeconds,
		sound: (request) => {
			const stream = present(audio, 'the sound');
			return decodeSound(file, stream, { startSeconds, seekable }, request);
		},
		frames: (request) => {
			const stream = present(video, 'the video');
			return decodeFrames(file, stream, { shiftSeconds, seekable }, request);
		},
		close: () => closing.abort(new DOMException(`${name} was closed`, 'AbortError')),
	};
}

interface OpenFile {
	readonly input: Blob;
	readonly core: FFmpegCore;
	readonly closing: AbortSignal;
	readonly onLine: (line: string) => void;
}

/** Passes on the first complaint of each file: one damaged place can give thousands. */
function lineReporter({ name, onProblem }: OpenFFmpegOptions): (line: string) => void {
	let told = false;
	return (line) => {
		if (told || line.trim() === '') return;
		told = true;
		const said = line.replace(/\[\w+\] /, '').trim();
		onProblem?.({ file: name, message: `FFmpeg met damage and continued: ${said}` });
	};
}

async function* decodeFrames(
	file: OpenFile,
	stream: ProbedStream,
	{ shiftSeconds, seekable }: { shiftSeconds: number; seekable: boolean },
	request: FrameRequest,
): AsyncGenerator<FrameBlock, void, undefined> {
	const { startFrame, endFrame, signal } = request;
	if (endFrame <= startFrame) return;
	const assembler = new FrameAssembler(request);
	// The planes come as the decoder makes them where that is one of the two usual layouts, so that
	// both paths turn them into grey or RGB by the same code.
	const usual = stream.pixelFormat === 'yuv420p' || stream.pixelFormat === 'yuvj420p';
	const full = stream.pixelFormat === 'yuvj420p' || stream.colourRange === 'pc';
	const turned = stream.rotation % 180 !== 0;
	const width = turned ? stream.height : stream.width;
	const height = turned ? stream.width : stream.height;
	const startSeconds = startFrame / FRAMES_PER_SECOND;
	const seekSeconds = startSeconds - SEEK_MARGIN_SECONDS;
	const filters = [
		`fps=${FRAMES_PER_SECOND}:start_time=${startSeconds}:round=up`,
		usual
			? `scale=${width}:${height},format=${stream.pixelFormat}`
			: `scale=${width}:${height}:out_color_matrix=bt601:out_range=tv,format=yuv420p`,
	];
	const chromaWidth = (width + 1) >> 1;
	const chromaHeight = (height + 1) >> 1;
	const lumaBytes = width * height;
	const chromaBytes = chromaWidth * chromaHeight;
	const frameBytes = lumaBytes + 2 * chromaBytes;
	const perChunk = Math.max(1, Math.floor(PICTURE_CHUNK_BYTES / frameBytes));
	const chunks = start(file, signal, {
		chunkBytes: perChunk * frameBytes,
		args: [
			...[...GENERAL, ...ERRORS],
			...['-itsoffset', String(shiftSeconds - TIMESTAMP_TOLERANCE_SECONDS)],
			...(seekable && seekSeconds > 0 ? ['-noaccurate_seek', '-ss', String(seekSeconds)] : []),
			...['-i', inputPath, '-map', `0:${stream.index}`, '-vf', filters.join(',')],
			...['-vsync', 'passthrough', '-frames:v', String(endFrame - startFrame)],
			...['-c:v', 'rawvideo', '-f', 'rawvideo', outputPath],
		],
	});
	let count = 0;
	let last: Picture | null = null;
	for await (const data of chunks) {
		for (let offset = 0; offset + frameBytes <= data.length; offset += frameBytes) {
			last = {
				layout: '420',
				data,
				planes: [
					{ offset, stride: width },
					{ offset: offset + lumaBytes, stride: chromaWidth },
					{ offset: offset + lumaBytes + chromaBytes, stride: chromaWidth },
				],
				width,
				height,
				matrix: usual ? colourMatrix(stream.colourSpace) : 'bt601',
				fullRange: usual && full,
				rotation: 0,
				flip: false,
			};
			count++;
			yield* assembler.add(last, 1);
		}
	}
	const missing = endFrame - startFrame - count;
	if (last && missing > 0 && missing < LAST_FRAME_SECONDS * FRAMES_PER_SECOND) {
		yield* assembler.add(last, missing);
	}
	yield* assembler.rest();
}

async function* decodeSound(
	file: OpenFile,
	stream: ProbedStream,
	{ startSeconds, seekable }: { startSeconds: number; seekable: boolean },
	request: SoundRequest,
): AsyncGenerator<AudioBlock, void, undefined> {
	const { channels, sampleRateHz } = stream;
	const { startSample, signal } = request;
	const origin = seekable ? soundOriginSeconds(request) : 0;
	const line = new SoundLine(sampleRateHz, {
		startSample: startSample - origin * SAMPLE_RATE_HZ,
		channel: request.channel,
		onFault: request.onFault,
		originSeconds: origin,
	});
	const times = new FrameTimes(sampleRateHz);
	const chunks = start(file, signal, {
		onFrame: (text) => times.read(text),
		chunkBytes: Math.ceil(SOUND_CHUNK_SAMPLES / channels) * channels * BYTES_PER_SAMPLE,
		args: [
			...[...GENERAL, ...FRAMES],
			...['-itsoffset', String(-startSeconds)],
			...(origin > 0 ? ['-noaccurate_seek', '-ss', String(origin)] : []),
			...['-i', inputPath, '-map', `0:${stream.index}`],
			...['-af', 'aresample=osf=flt,ashowinfo'],
			...['-ac', String(channels), '-ar', String(sampleRateHz)],
			...['-c:a', 'pcm_f32le', '-f', 'f32le', outputPath],
		],
	});
	for await (const data of chunks) {
		const interleaved = new Float32Array(data.buffer, 0, data.length / BYTES_PER_SAMPLE);
		const count = Math.floor(interleaved.length / channels);
		for (let at = 0; at < count;) {
			const frame = times.take(count - at);
			const split = separate(interleaved, channels, at, frame.count);
			yield* placedAt(origin, line.push(frame.seconds - origin, split));
			at += frame.count;
		}
	}
	yield* placedAt(origin, line.flush());
}

/** Channels of a stretch of interleaved sound. */
function separate(
	interleaved: Float32Array,
	channels: number,
	from: number,
	count: number,
): Float32Array[] {
	return Array.from({ length: channels }, (_, channel) => {
		const samples = new Float32Array(count);
		for (let i = 0; i < count; i++) samples[i] = interleaved[(from + i) * channels + channel] ?? 0;
		return samples;
	});
}

/** Runs FFmpeg and fails when it does. What it gave until then has been passed on. */
async function* start(
	file: OpenFile,
	signal: AbortSignal | undefined,
	job: {
		readonly args: readonly string[];
		readonly chunkBytes: number;
		/** Told what the filter `ashowinfo` says of each frame, before the frame comes. */
		readonly onFrame?: (text: string) => void;
	},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
	const lines: string[] = [];
	const code = yield* runFFmpeg(file.core, {
		tool: 'ffmpeg',
		input: file.input,
		...job,
		onLog: (line) => {
			if (line.startsWith('[Parsed_ashowinfo')) job.onFrame?.(line);
			// Every line names its level: 'info' is said of a file that is well, too.
			if (!/\[(error|fatal|panic)\]/.test(line)) return;
			file.onLine(line);
			if (lines.length < 20) lines.push(line.trim());
		},
		signal: signal ? AbortSignal.any([signal, file.closing]) : file.closing,
	});
	if (code !== 0) throw new Error(`FFmpeg ended with ${code}: ${lines.join('; ')}`);
}
