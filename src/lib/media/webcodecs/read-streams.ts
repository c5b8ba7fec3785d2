import { ALL_FORMATS, BlobSource, EncodedPacketSink, HLS, Input, MPEG_TS, OGG } from 'mediabunny';
import type { InputAudioTrack, InputVideoTrack } from 'mediabunny';
import { endsWithoutCut, isCutOffMatroska } from '../cut-off.ts';
import { hasSeveralEdits } from '../edit-list.ts';
import { FRAMES_PER_SECOND } from '../frame-clock.ts';
import { RATE_FRAMES } from '../frame-rate.ts';

/** Every container but playlists, which name other files. */
const formats = ALL_FORMATS.filter((format) => format !== HLS);

/** The only frame of a file that says nothing of its length. */
const FRAME_SECONDS = 1 / FRAMES_PER_SECOND;

/** A track and its first and last moment, in the container's own time. */
export interface TrackSpan<T> {
	readonly track: T;
	readonly firstSeconds: number;
	readonly endSeconds: number;
}

/** The tracks of a file that are used. */
export interface Streams {
	readonly picture: TrackSpan<InputVideoTrack> | null;
	readonly audio: TrackSpan<InputAudioTrack> | null;
	/** All sound tracks, in the order of the file. */
	readonly audioTracks: readonly InputAudioTrack[];
	/** Time 0 of the file: where the earlier of both begins, but not before the container's own 0. */
	readonly startSeconds: number;
}

/** The container's reader, or null where it cannot read the file rightly. The caller disposes of it. */
export async function openInput(blob: Blob): Promise<Input | null> {
	// Of an edit list only the first edit would be honoured.
	if (await hasSeveralEdits(blob)) return null;
	const input = new Input({ source: new BlobSource(blob), formats });
	let readable = false;
	try {
		readable = await input.canRead();
		return readable ? input : null;
	} finally {
		if (!readable) input.dispose();
	}
}

/**
 * Finds the tracks and their spans by their packets, without decoding.
 *
 * @param audioTrack which of the sound tracks; the default one when not given.
 */
export async function readStreams(
	input: Input,
	blob: Blob,
	audioTrack?: number,
): Promise<Streams | null> {
	const [videoTrack] = await input.getVideoTracks();
	const audioTracks = await input.getAudioTracks();
	const soundTrack = audioTracks[audioTrack ?? (await defaultTrack(audioTracks))];
	if (!videoTrack && !soundTrack) return null;
	if (await mayHideTracks(input, blob, { hasBoth: Boolean(videoTrack && soundTrack) })) return null;
	const [pictureStart = Infinity, soundStart = Infinity] = await Promise.all(
		[videoTrack, soundTrack].map(async (track) => (await track?.getFirstTimestamp()) ?? Infinity),
	);
	const soundEnd = soundTrack ? await endOf(soundTrack) : -Infinity;
	const pictureEnd = videoTrack ? await endOf(videoTrack) : -Infinity;
	const isCutOff = await isCutOffMatroska(blob);
	const declaredEnd = isCutOff ? await input.getDurationFromMetadata() : null;
	const [soundUntil = 0, pictureUntil = 0] = endsWithoutCut([soundEnd, pictureEnd], declaredEnd);
	return {
		picture: videoTrack
			? { track: videoTrack, firstSeconds: pictureStart, endSeconds: pictureUntil }
			: null,
		audio: soundTrack
			? { track: soundTrack, firstSeconds: soundStart, endSeconds: soundUntil }
			: null,
		audioTracks,
		startSeconds: Math.max(0, Math.min(pictureStart, soundStart)),
	};
}

/** Ogg's streams are all named in its first pages. */
const OGG_HEAD_BYTES = 4096;

/**
 * Whether there may be a track that the reader does not list, as it knows no such codec: in a transport
 * stream where only sound or only picture was found, and in Ogg (Theora). Other containers' are listed.
 */
async function mayHideTracks(
	input: Input,
	blob: Blob,
	{ hasBoth }: { hasBoth: boolean },
): Promise<boolean> {
	const format = await input.getFormat();
	if (format === MPEG_TS) return !hasBoth;
	if (format !== OGG) return false;
	const head = await blob.slice(0, OGG_HEAD_BYTES).arrayBuffer();
	return new TextDecoder('latin1').decode(head).includes('theora');
}

/** The track that the file marks as its default; the first where it marks none. */
export async function defaultTrack(tracks: readonly InputAudioTrack[]): Promise<number> {
	const marked = await Promise.all(
		tracks.map(async (track) => (await track.getDisposition()).default),
	);
	return Math.max(0, marked.indexOf(true));
}

/** When the first frames begin, in order, from which their rate is known. */
export async function firstStarts(track: InputVideoTrack): Promise<readonly number[]> {
	const starts: number[] = [];
	const packets = new EncodedPacketSink(track).packets(undefined, undefined, {
		metadataOnly: true,
	});
	for await (const { timestamp } of packets) {
		starts.push(timestamp);
		if (starts.length === RATE_FRAMES) break;
	}
	return starts.sort((a, b) => a - b);
}

/** Where the last packet ends; one without a duration lasts as long as the one before it. */
async function endOf(track: InputVideoTrack | InputAudioTrack): Promise<number> {
	const sink = new EncodedPacketSink(track);
	const last = await sink.getPacket(Infinity, { metadataOnly: true });
	const end = await track.computeDuration();
	if (!last || last.duration > 0) return end;
	const before = await sink.getPacket(last.timestamp - 1e-4, { metadataOnly: true });
	if (!before) return Math.max(end, last.timestamp + (track.isVideoTrack() ? FRAME_SECONDS : 0));
	const isRaw = (await track.getCodec())?.startsWith('pcm-') ?? false;
	const part = isRaw ? last.byteLength / before.byteLength : 1;
	return Math.max(end, last.timestamp + (last.timestamp - before.timestamp) * part);
}
