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
