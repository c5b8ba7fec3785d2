import { unsupported } from './decode-path.ts';
import { boxesOf } from './iso-boxes.ts';

/** Bytes at the beginning of files that are no recordings, and what they are. */
const others: readonly (readonly [number, string, string])[] = [
	[0, '\x89PNG', 'a picture (PNG)'],
	[0, '\xff\xd8\xff', 'a picture (JPEG)'],
	[0, 'GIF8', 'a picture (GIF)'],
	[0, 'BM', 'a picture (BMP)'],
	[0, 'II*\0', 'a picture (TIFF)'],
	[0, 'MM\0*', 'a picture (TIFF)'],
	[8, 'WEBP', 'a picture (WebP)'],
	[4, 'ftypheic', 'a picture (HEIC)'],
	[4, 'ftypmif1', 'a picture (HEIC)'],
	[4, 'ftypavif', 'a picture (AVIF)'],
	[0, '%PDF', 'a document (PDF)'],
	[0, 'PK\x03\x04', 'an archive or an office document (ZIP)'],
	[0, 'Rar!', 'an archive (RAR)'],
	[0, '7z\xbc\xaf', 'an archive (7z)'],
	[0, '\x1f\x8b', 'an archive (gzip)'],
];

const HEAD_BYTES = 16;

/**
 * Refuses what cannot be a recording, or never became one, with the cause.
 *
 * @throws ConfabError `UnsupportedMedia`.
 */
export async function refuseOtherFiles(file: Blob, name: string): Promise<void> {
	if (file.size === 0) {
		throw unsupported(name, 'the file is empty (0 bytes); copy it again from where it came from');
	}
	const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
	const head = String.fromCharCode(...bytes);
	const other = others.find(([at, mark]) => head.startsWith(mark, at));
	if (other) {
		throw unsupported(name, `this is ${other[2]}, not a sound or video file; choose a recording`);
	}
	if (!head.startsWith('ftyp', 4)) return;
	const whole = { start: 0, end: file.size };
	const [movie] = await boxesOf(file, whole, 'moov');
	if (!movie) {
		throw unsupported(
			name,
			'its index (the "moov" box) is missing: the recorder was stopped before it could write it, or ' +
				'the copy is cut off; copy it again, or have the device that recorded it repair it',
		);
	}
}
