/** A box of an ISO media file (mp4, mov): what is in it. */
export interface Box {
	readonly type: string;
	/** Bytes of its content in the file. */
	readonly start: number;
	readonly end: number;
}

/** No real file has more boxes than this in one place before what is sought. */
const MOST_BOXES = 1000;

/** The boxes of one type directly inside another, up to what cannot be read. */
export async function boxesOf(
	file: Blob,
	parent: { readonly start: number; readonly end: number },
	type: string,
): Promise<Box[]> {
	const found: Box[] = [];
	let at = parent.start;
	for (let count = 0; count < MOST_BOXES && at < parent.end; count++) {
		const box = await boxAt(file, at, parent.end);
		if (!box) break;
		if (box.type === type) found.push(box);
		// A file has one movie, and what follows it may be long.
		if (box.type === 'moov') break;
		at = box.end;
	}
	return found;
}

async function boxAt(file: Blob, at: number, end: number): Promise<Box | null> {
	const head = await view(file, { start: at, end: Math.min(end, at + 16) });
	if (head.byteLength < 8) return null;
	const type = String.fromCharCode(...[4, 5, 6, 7].map((byte) => head.getUint8(byte)));
	let size = head.getUint32(0);
	let start = at + 8;
	if (size === 1) {
		if (head.byteLength < 16) return null;
		size = Number(head.getBigUint64(8));
		start = at + 16;
	} else if (size === 0) size = end - at;
	return at + size < start || at + size > end ? null : { type, start, end: at + size };
}

/** What is in a stretch of a file. */
export async function view(
	file: Blob,
	{ start, end }: { start: number; end: number },
): Promise<DataView> {
	return new DataView(await file.slice(start, end).arrayBuffer());
}

/** Bytes of a movie's index that a mark is looked for in: it stands in front of the tables. */
const MARK_BYTES = 1 << 20;

/** Whether an ISO media file is marked as a 360 degree picture (Spherical Video, first or second version). */
export async function isMarkedSpherical(file: Blob): Promise<boolean> {
	const [movie] = await boxesOf(file, { start: 0, end: file.size }, 'moov');
	if (!movie) return false;
	const head = file.slice(movie.start, Math.min(movie.end, movie.start + MARK_BYTES));
	const text = new TextDecoder('latin1').decode(await head.arrayBuffer());
	return text.includes('sv3d') || text.includes('GSpherical:Spherical');
}
