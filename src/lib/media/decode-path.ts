import { ConfabError } from '../support/errors.ts';
import type { AudioBlock, FrameBlock, MediaInfo } from './media-source.ts';
import { SAMPLE_RATE_HZ } from './sound-line.ts';

/** The frames one call asks for, all defaults filled in. */
export interface FrameRequest {
	readonly width: number;
	readonly height: number;
	readonly channels: 1 | 3;
	readonly startFrame: number;
	readonly endFrame: number;
	readonly blockFrames: number;
	readonly signal: AbortSignal | undefined;
}

/** The sound one call asks for. */
export interface SoundRequest {
	/** First sample at 16 kHz. */
	readonly startSample: number;
	/** Decoding begins close to it (see `SoundStart`). */
	readonly near: boolean;
	/** The one channel that is wanted; a mix of all otherwise. */
	readonly channel: number | undefined;
	/** Called with each gap, overlap and drift that was repaired. */
	readonly onFault: (message: string) => void;
	readonly signal: AbortSignal | undefined;
}

/**
 * Thrown by a path that places sound by counting, where timestamps tell that it may not. What it gave
 * before is in its place; FFmpeg, which gives every frame's time, continues.
 */
export class UnevenSound extends Error {
	override readonly name = 'UnevenSound';
}

/**
 * One way to decode an opened file. Both generators may end early or throw where the file is damaged;
 * what they gave before is good, and another path can go on from there.
 */
export interface DecodePath {
	readonly info: MediaInfo;
	/**
	 * Who decodes the sound. FFmpeg does where this path has no decoder, and where the sound would not
	 * keep its place to the sample but for listening: it alone knows every codec's encoder delay.
	 */
	readonly soundBy: 'itself' | 'ffmpeg unless near' | 'ffmpeg';
	/** Where the sound should end, in seconds, going by the container. */
	readonly soundEndSeconds: number;
	sound(request: SoundRequest): AsyncGenerator<AudioBlock, void, undefined>;
	frames(request: FrameRequest): AsyncGenerator<FrameBlock, void, undefined>;
	close(): void;
}

/**
 * A picture's last frame has no end in some containers, and decoders round: where a stream ends this
 * close to the end that was announced, its last frame is shown until there.
 */
export const LAST_FRAME_SECONDS = 0.1;

/** Sound that is decoded before what is wanted when decoding begins in the middle, so that codecs settle. */
const PREROLL_SECONDS = 1;

/** Second of the file at which decoding begins: a whole one, so that it is a whole sample at any rate. */
export function soundOriginSeconds({ startSample, near }: SoundRequest): number {
	if (!near) return 0;
	return Math.max(0, Math.floor(startSample / SAMPLE_RATE_HZ) - PREROLL_SECONDS);
}

/** Blocks that were counted from an origin, counted from the file's start. */
export function* placedAt(
	originSeconds: number,
	blocks: Iterable<AudioBlock>,
): Generator<AudioBlock, void, undefined> {
	for (const { startSample, samples } of blocks) {
		yield { startSample: startSample + originSeconds * SAMPLE_RATE_HZ, samples };
	}
}

/** The error for a file that cannot be decoded: what is wrong, and what the person can do. */
export function unsupported(name: string, message: string, cause?: unknown): ConfabError {
	return new ConfabError('UnsupportedMedia', `${name}: ${message}`, {
		cause,
		problems: [{ file: name, message }],
	});
}
