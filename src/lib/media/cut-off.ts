const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;

/** Streams of one file are interleaved at least this closely. */
const INTERLEAVED_SECONDS = 5;

/**
 * Whether a Matroska or WebM file is shorter than it says. One that was recorded live says nothing of its
 * length, so of that it cannot be told. (ISO media files list every sample they should have.)
 */
export async function isCutOffMatroska(file: Blob): Promise<boolean> {
	const head = new DataView(await file.slice(0, 4096).arrayBuffer());
	if (head.byteLength < 4 || head.getUint32(0) !== EBML) return false;
	const header = sizeAt(head, 4);
	if (!header) return false;
	const at = header.next + header.size;
	if (at + 4 > head.byteLength || head.getUint32(at) !== SEGMENT) return false;
	const segment = sizeAt(head, at + 4);
	return segment !== null && segment.next + segment.size > file.size;
}

/** An EBML size and where it ends; null for an unknown size or where there is none. */
function sizeAt(data: DataView, at: number): { size: number; next: number } | null {
	if (at >= data.byteLength) return null;
	const first = data.getUint8(at);
	const length = Math.clz32(first) - 23;
	if (length > 8 || at + length > data.byteLength) return null;
	let size = first & (0xff >> length);
	let unknown = size === 0xff >> length;
	for (let i = 1; i < length; i++) {
		const byte = data.getUint8(at + i);
		size = size * 256 + byte;
		unknown &&= byte === 0xff;
	}
	return unknown ? null : { size, next: at + length };
}

/**
 * Where the streams of a file that is cut off should end: those that reach the place of the cut go on to
 * the file's declared end.
 *
 * @param ends Of the packets that are there, in seconds.
 * @param declaredEnd Null where the file declares none: then the packets' ends are all that is known.
 */
export function endsWithoutCut(
	ends: readonly number[],
	declaredEnd: number | null,
): readonly number[] {
	if (declaredEnd === null) return ends;
	const last = Math.max(...ends);
	return ends.map((end) => (last - end < INTERLEAVED_SECONDS ? Math.max(end, declaredEnd) : end));
}

/** Headers of WAV files may hold a cover and notes before the sound. */
const HEAD_BYTES = 1 << 16;

/** Programs that write without going back put a size like this: FFmpeg 2^32 - 1, SoX 2^31 - 4096. */
const STREAMED_BYTES = 0x7fff_f000;

/** Less than this may be missing at the end, as writers round. */
const MISSING_SECONDS = 0.5;

/**
 * Says that a WAV or FLAC file ends before its header says, where readers take what is there for all of
 * it. Of other files, decoding tells (`isCutOffMatroska`, ISO media).
 *
 * @param durationSeconds of what is there
 * @returns one sentence, without the file's name; null for a file that is whole, or does not say
 */
export async function cutShortText(file: Blob, durationSeconds: number): Promise<string | null> {
	const head = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
	const declared = wavSeconds(head) ?? flacSeconds(head);
	if (declared === null || declared - durationSeconds < MISSING_SECONDS) return null;
	const [there, all] = [durationSeconds, declared].map((seconds) => seconds.toFixed(1));
	return `it is cut short: of ${all} s, as its header says, ${there} s are there; copy it again if you have the rest`;
}

function textAt(data: DataView, at: number): string {
	return at + 4 <= data.byteLength
		? String.fromCharCode(...new Uint8Array(data.buffer, data.byteOffset + at, 4))
		: '';
}

/** What the header of a WAV file declares; null for another file, or one written without going back. */
function wavSeconds(data: DataView): number | null {
	const kind = textAt(data, 0);
	if ((kind !== 'RIFF' && kind !== 'RF64') || textAt(data, 8) !== 'WAVE') return null;
	let bytesPerSecond = 0;
	let longBytes: number | null = null;
	for (let at = 12; at + 20 <= data.byteLength;) {
		const name = textAt(data, at);
		const size = data.getUint32(at + 4, true);
		if (name === 'ds64' && at + 24 <= data.byteLength) {
			longBytes = Number(data.getBigUint64(at + 16, true));
		} else if (name === 'fmt ') {
			bytesPerSecond = data.getUint32(at + 16, true);
		} else if (name === 'data') {
			const isUnknown = size === 0 || size >= STREAMED_BYTES;
			const bytes = isUnknown ? longBytes : size;
			return bytes !== null && bytesPerSecond > 0 ? bytes / bytesPerSecond : null;
		}
		at += 8 + size + (size % 2);
	}
	return null;
}

/** The samples that FLAC's first block counts (RFC 9639, section 8.2); null where it counts none. */
function flacSeconds(data: DataView): number | null {
	if (textAt(data, 0) !== 'fLaC' || data.byteLength < 26) return null;
	const packed = data.getBigUint64(18);
	const rateHz = Number(packed >> 44n);
	const samples = Number(packed & 0xf_ffff_ffffn);
	return rateHz > 0 && samples > 0 ? samples / rateHz : null;
}
