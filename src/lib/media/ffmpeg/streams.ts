import { endsWithoutCut, isCutOffMatroska } from '../cut-off.ts';
import { unsupported } from '../decode-path.ts';
import type { Probe, ProbedStream } from './probe.ts';

/** Containers with an index good enough to start in the middle, and a length that can be trusted. */
const INDEXED = ['mov', 'matroska'];
/** A stream that ends this much before its container says so is cut off. */
const CUT_SECONDS = 0.5;

/** The streams of a file that are used, and their span in the container's own time. */
export interface Spans {
	readonly video: ProbedStream | null;
	readonly audio: ProbedStream | null;
	readonly audioTracks: readonly ProbedStream[];
	/** Time 0 of the file. */
	readonly startSeconds: number;
	/** -Infinity where there is no such stream. */
	readonly videoEnd: number;
	readonly soundEnd: number;
	/** Whether decoding can begin in the middle. */
	readonly seekable: boolean;
}

/**
 * @param audioTrack which of the sound tracks; the default one when not given.
 * @throws ConfabError `UnsupportedMedia` when there is nothing that can be decoded.
 */
export async function spansOf(
	{ container, declaredEndSeconds, streams }: Probe,
	input: Blob,
	name: string,
	audioTrack?: number,
): Promise<Spans> {
	const { video, audio, audioTracks } = choose(streams, audioTrack);
	if (!video && !audio) {
		throw unsupported(name, 'the file holds neither picture nor sound that can be decoded');
	}
	const shown = [video, audio].filter((stream) => stream !== null);
	const seekable = container.split(',').some((format) => INDEXED.includes(format));
	const ends = [video, audio].map((stream) => {
		if (!stream) return -Infinity;
		return seekable ? announcedEnd(stream) : stream.endSeconds;
	});
	const isCutOff = await isCutOffMatroska(input);
	const [videoEnd = 0, soundEnd = 0] = isCutOff ? endsWithoutCut(ends, declaredEndSeconds) : ends;
	return {
		...{ video, audio, audioTracks, videoEnd, soundEnd, seekable },
		startSeconds: Math.max(0, Math.min(...shown.map((stream) => stream.startSeconds))),
	};
}

/** The streams that are used, of those that there are decoders for. */
function choose(
	streams: readonly ProbedStream[],
	audioTrack?: number,
): {
	video: ProbedStream | null;
	audio: ProbedStream | null;
	audioTracks: readonly ProbedStream[];
} {
	const known = streams.filter(({ codec }) => codec !== 'unknown' && codec !== 'none');
	const audioTracks = known.filter(({ kind, channels }) => kind === 'audio' && channels > 0);
	const marked = audioTracks.findIndex(({ isDefault }) => isDefault);
	return {
		video: known.find(({ kind, width }) => kind === 'video' && width > 0) ?? null,
		audio: audioTracks[audioTrack ?? Math.max(0, marked)] ?? null,
		audioTracks,
	};
}

/** Size in square pixels once turned upright. Pixels that are not square are drawn out, never shrunk. */
export function displayedSize({ width, height, pixelAspect, rotation }: ProbedStream): {
	width: number;
	height: number;
} {
	const wide = pixelAspect > 1 ? Math.round(width * pixelAspect) : width;
	const high = pixelAspect < 1 ? Math.round(height / pixelAspect) : height;
	return rotation % 180 !== 0 ? { width: high, height: wide } : { width: wide, height: high };
}

/** The end of the packets that are there, or the declared one where many are missing. */
function announcedEnd({ endSeconds, declaredEndSeconds }: ProbedStream): number {
	const missing = declaredEndSeconds - endSeconds;
	return Number.isFinite(missing) && missing > CUT_SECONDS ? declaredEndSeconds : endSeconds;
}
