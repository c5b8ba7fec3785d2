import { boxesOf, view } from './iso-boxes.ts';
import type { Box } from './iso-boxes.ts';

/** An edit list longer than this is not read; it has several edits in any case. */
const MOST_LIST_BYTES = 1 << 16;
/** Sound ends up to a codec's frame, or two, after its edit. */
const TRIM_SECONDS = 0.25;

/**
 * Whether a file is an ISO media file whose edit lists do more than delay a track or cut its beginning:
 * several edits one after the other, another speed, or an end that is left out.
 */
export async function hasSeveralEdits(file: Blob): Promise<boolean> {
	const [movie] = await boxesOf(file, { start: 0, end: file.size }, 'moov');
	if (!movie) return false;
	const [movieHeader] = await boxesOf(file, movie, 'mvhd');
	const movieRate = movieHeader ? (await timesOf(file, movieHeader)).rate : 0;
	for (const track of await boxesOf(file, movie, 'trak')) {
		const [edits] = await boxesOf(file, track, 'edts');
		const [list] = edits ? await boxesOf(file, edits, 'elst') : [];
		if (!list) continue;
		if (list.end - list.start > MOST_LIST_BYTES) return true;
		const [media] = await boxesOf(file, track, 'mdia');
		const [header] = media ? await boxesOf(file, media, 'mdhd') : [];
		if (!header) continue;
		const { rate, duration } = await timesOf(file, header);
		const shown = editsOf(await view(file, list)).filter(({ mediaTime }) => mediaTime !== -1);
		const [only] = shown;
		if (shown.length > 1 || (only && only.speed !== 1)) return true;
		// In a fragmented file neither is known here, and both are 0.
		if (!only || only.duration === 0 || duration === 0) continue;
		const left = duration / rate - only.mediaTime / rate - only.duration / movieRate;
		if (left > TRIM_SECONDS) return true;
	}
	return false;
}

/** Units a second, and the duration in them, of an `mvhd` or `mdhd` box. */
async function timesOf(file: Blob, box: Box): Promise<{ rate: number; duration: number }> {
	const data = await view(file, box);
	return data.getUint8(0) === 1
		? { rate: data.getUint32(20), duration: Number(data.getBigUint64(24)) }
		: { rate: data.getUint32(12), duration: data.getUint32(16) };
}

/** `duration` in the movie's units, `mediaTime` in the track's, -1 for an empty edit. */
function editsOf(data: DataView): { duration: number; mediaTime: number; speed: number }[] {
	const wide = data.getUint8(0) === 1;
	const size = wide ? 20 : 12;
	const count = Math.min(data.getUint32(4), Math.floor((data.byteLength - 8) / size));
	return Array.from({ length: count }, (_, i) => {
		const at = 8 + i * size;
		return {
			duration: wide ? Number(data.getBigUint64(at)) : data.getUint32(at),
			mediaTime: wide ? Number(data.getBigInt64(at + 8)) : data.getInt32(at + 4),
			speed: data.getInt32(at + size - 4) / 65536,
		};
	});
}
