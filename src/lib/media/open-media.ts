import { untilAborted } from '../support/abort.ts';
import { messageOf } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import { memo } from '../support/memo.ts';
import { cutShortText } from './cut-off.ts';
import type { DecodePath, FrameRequest, SoundRequest } from './decode-path.ts';
import { UnevenSound, unsupported } from './decode-path.ts';
import { refuseOtherFiles } from './file-kind.ts';
import { FRAMES_PER_SECOND } from './frame-clock.ts';
import type { FFmpegCore } from './ffmpeg/engine.ts';
import type {
	AudioBlock,
	FrameBlock,
	FrameOptions,
	MediaInfo,
	MediaSource,
	SoundStart,
} from './media-source.ts';
import { SILENT_PEAK, peakOf } from '../signal/silence.ts';
import { SAMPLE_RATE_HZ } from './sound-line.ts';
import { openWebCodecs } from './webcodecs/webcodecs-path.ts';

/** Where the app serves FFmpeg's core, relative to its own root. */
export const defaultFFmpegCore: FFmpegCore = {
	scriptUrl: '/runtime/ffmpeg/ffmpeg-core.js',
	wasmUrl: '/runtime/ffmpeg/ffmpeg-core.wasm',
};

export interface OpenMediaOptions {
	/** The file's name, for messages. */
	readonly name: string;
	/** Which path is tried first; `webcodecs` by default, with FFmpeg for what it cannot do. */
	readonly prefer?: 'webcodecs' | 'ffmpeg';
	/** Where FFmpeg's core is served. */
	readonly ffmpegCore?: FFmpegCore;
	/** Which of the sound tracks (`MediaDescription.audio.tracks`); the default one when not given. */
	readonly audioTrack?: number | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Told what went wrong and was got round: a decoder that failed, damage that was bridged. */
	readonly onProblem?: ((problem: Problem) => void) | undefined;
}

/** A stream may end this much before its container says, as muxers round. */
const SHORT_FRAMES = 2;
const SHORT_SAMPLES = 0.2 * SAMPLE_RATE_HZ;

/** A file with more faults than this says no more by naming them. */
const MOST_TOLD = 12;

/** Frames of a block when the caller does not say: 2 s. */
const BLOCK_FRAMES = 2 * FRAMES_PER_SECOND;

/**
 * Opens a media file. The caller closes what it gets.
 *
 * @throws ConfabError `UnsupportedMedia` when neither path can read it.
 */
export async function openMedia(blob: Blob, options: OpenMediaOptions): Promise<MediaSource> {
	const { name, signal, onProblem } = options;
	signal?.throwIfAborted();
	await untilAborted(refuseOtherFiles(blob, name), signal);
	const media = await openEither(blob, options);
	const cut = await cutShortText(blob, media.info.durationSeconds);
	if (cut !== null) onProblem?.({ file: name, message: cut });
	return media;
}

async function openEither(blob: Blob, options: OpenMediaOptions): Promise<MediaSource> {
	const { name, signal } = options;
	const ffmpeg = memo(async () => {
		const { openFFmpeg } = await import('./ffmpeg/ffmpeg-path.ts');
		const core = options.ffmpegCore ?? defaultFFmpegCore;
		const { audioTrack, onProblem } = options;
		return openFFmpeg(blob, { name, core, audioTrack, onProblem });
	});
	if (options.prefer !== 'ffmpeg') {
		const opening = openWebCodecs(blob, options.audioTrack);
		const path = await untilAborted(opening, signal).catch((error: unknown) => {
			if (signal?.aborted) {
				void opening.then((late) => late?.close()).catch(() => undefined);
				throw error;
			}
			// A file the browser's path cannot make sense of may still be one for FFmpeg.
			options.onProblem?.({
				file: name,
				message: `the browser cannot read it (${messageOf(error)}); FFmpeg is tried`,
			});
			return null;
		});
		if (path) {
			const fault = path.soundBy === 'ffmpeg' ? await soundFaultOf(ffmpeg, options) : null;
			const sound = { audio: fault === null ? path.info.audio : null, soundFault: fault };
			return new OpenedMedia(path, ffmpeg, options, { ...path.info, ...sound });
		}
	}
	const opening = ffmpeg();
	const path = await untilAborted(opening, signal).catch((error: unknown) => {
		void opening.then((late) => late.close()).catch(() => undefined);
		throw error;
	});
	return new OpenedMedia(path, ffmpeg, options, path.info);
}

/** Why FFmpeg has not the sound either that the browser cannot decode, which is reported; null where it has. */
async function soundFaultOf(
	ffmpeg: () => Promise<DecodePath>,
	{ name, signal, onProblem }: OpenMediaOptions,
): Promise<string | null> {
	try {
		const { info } = await untilAborted(ffmpeg(), signal);
		return info.audio ? null : (info.soundFault ?? 'its sound cannot be decoded');
	} catch (error) {
		signal?.throwIfAborted();
		const fault = `its sound cannot be decoded (${messageOf(error)})`;
		onProblem?.({ file: name, message: `${fault}; the picture alone is used` });
		return fault;
	}
}

/** Runs the calls on the first path and, where that fails in mid-file, goes on with FFmpeg. */
class OpenedMedia implements MediaSource {
	readonly info: MediaInfo;
	readonly #path: DecodePath;
	readonly #ffmpeg: () => Promise<DecodePath>;
	readonly #name: string;
	readonly #onProblem: ((problem: Problem) => void) | undefined;
	readonly #closing = new AbortController();
	/** What was reported of the sound. Each time it is decoded the same is found. */
	readonly #told = new Set<string>();
	#spare: DecodePath | null = null;

	constructor(
		path: DecodePath,
		ffmpeg: () => Promise<DecodePath>,
		options: OpenMediaOptions,
		info: MediaInfo,
	) {
		this.info = info;
		this.#path = path;
		this.#ffmpeg = ffmpeg;
		this.#name = options.name;
		this.#onProblem = options.onProblem;
	}

	async *audio(
		signal?: AbortSignal,
		{ startSample = 0, near = false, channel }: SoundStart = {},
	): AsyncGenerator<AudioBlock, void, undefined> {
		if (!this.info.audio) throw unsupported(this.#name, 'the file holds no sound');
		const either = this.#untilClosed(signal);
		const end = Math.floor(this.#path.soundEndSeconds * SAMPLE_RATE_HZ);
		let next = startSample;
		let peak = 0;
		const run = (path: DecodePath): AsyncGenerator<AudioBlock, void, undefined> => {
			const onFault = (message: string): void => this.#tell(message);
			const request: SoundRequest = { startSample: next, near, channel, onFault, signal: either };
			return path.sound(request);
		};
		const { soundBy } = this.#path;
		const isOwn = soundBy === 'itself' || (near && soundBy === 'ffmpeg unless near');
		const first = isOwn ? this.#path : (this.#spare ??= await untilAborted(this.#ffmpeg(), either));
		for await (const block of this.#withFallback(first, run, {
			signal: either,
			reached: () => next / SAMPLE_RATE_HZ,
			complete: () => next >= end - SHORT_SAMPLES,
			endSeconds: end / SAMPLE_RATE_HZ,
			what: 'sound',
		})) {
			next = block.startSample + block.samples.length;
			if (startSample === 0) peak = Math.max(peak, peakOf(block.samples));
			yield block;
			either.throwIfAborted();
		}
		if (startSample === 0 && peak < SILENT_PEAK) {
			this.#tell('the sound is silent: nothing in it is louder than -60 dBFS');
		}
	}

	async *frames(options: FrameOptions = {}): AsyncGenerator<FrameBlock, void, undefined> {
		const { video } = this.info;
		if (!video) throw unsupported(this.#name, 'the file holds no picture');
		const either = this.#untilClosed(options.signal);
		const startFrame = options.startFrame ?? 0;
		const endFrame = Math.min(options.endFrame ?? Infinity, video.frameCount);
		let next = startFrame;
		const run = (path: DecodePath): AsyncGenerator<FrameBlock, void, undefined> => {
			const request: FrameRequest = {
				width: options.width ?? video.width,
				height: options.height ?? video.height,
				channels: options.channels ?? 1,
				startFrame: next,
				endFrame,
				blockFrames: options.blockFrames ?? BLOCK_FRAMES,
				signal: either,
			};
			return path.frames(request);
		};
		for await (const block of this.#withFallback(this.#path, run, {
			signal: either,
			reached: () => next / FRAMES_PER_SECOND,
			complete: () => next >= endFrame - SHORT_FRAMES,
			endSeconds: endFrame / FRAMES_PER_SECOND,
			what: 'picture',
		})) {
			next = block.startFrame + block.count;
			yield block;
			either.throwIfAborted();
		}
	}

	close(): Promise<void> {
		this.#closing.abort(new DOMException(`${this.#name} was closed`, 'AbortError'));
		this.#path.close();
		this.#spare?.close();
		return Promise.resolve();
	}

	#untilClosed(signal: AbortSignal | undefined): AbortSignal {
		return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
	}

	#tell(message: string): void {
		if (this.#told.has(message) || this.#told.size >= MOST_TOLD) return;
		this.#told.add(message);
		this.#onProblem?.({ file: this.#name, message });
	}

	async *#withFallback<T>(
		first: DecodePath,
		run: (path: DecodePath) => AsyncGenerator<T, void, undefined>,
		stream: {
			readonly signal: AbortSignal;
			readonly reached: () => number;
			readonly complete: () => boolean;
			readonly endSeconds: number;
			readonly what: string;
		},
	): AsyncGenerator<T, void, undefined> {
		const at = (): string => `${stream.reached().toFixed(2)} s`;
		let failure: unknown;
		try {
			yield* run(first);
			if (stream.complete()) return;
		} catch (error) {
			stream.signal.throwIfAborted();
			failure = error;
		}
		if (first.info.decoder === 'webcodecs') {
			const reason = failure === undefined ? 'ended early' : `failed (${messageOf(failure)})`;
			// Uneven sound is no failure, and what is wrong with it is reported by whoever continues.
			if (!(failure instanceof UnevenSound)) {
				this.#onProblem?.({
					file: this.#name,
					message: `the browser's decoder ${reason} at ${at()} of the ${stream.what}; FFmpeg continues from there`,
				});
			}
			try {
				this.#spare ??= await untilAborted(this.#ffmpeg(), stream.signal);
				yield* run(this.#spare);
				if (stream.complete()) return;
				failure = undefined;
			} catch (error) {
				stream.signal.throwIfAborted();
				failure = error;
			}
		}
		const cause = failure === undefined ? '' : ` (${messageOf(failure)})`;
		throw unsupported(
			this.#name,
			`the ${stream.what} is damaged or cut off at ${at()} of ${stream.endSeconds.toFixed(2)} s; ` +
				`copy the file again from where it came from, or leave it out${cause}`,
			failure,
		);
	}
}
