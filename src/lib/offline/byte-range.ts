/** Bytes `from` to `to`, the last one excluded; `invalid` for what cannot be satisfied. */
type ByteRange = { readonly from: number; readonly to: number } | 'invalid';

/** A `Range` header of one range over so many bytes; null for anything that may be ignored. */
function rangeOf(header: string, size: number): ByteRange | null {
	const match = /^bytes=(\d*)-(\d*)$/u.exec(header.trim());
	const [first = '', last = ''] = match?.slice(1) ?? [];
	if (first === '' && last === '') return null;
	if (first === '') {
		const length = Math.min(size, Number(last));
		return length === 0 ? 'invalid' : { from: size - length, to: size };
	}
	const from = Number(first);
	const to = last === '' ? size : Math.min(size, Number(last) + 1);
	return from < to ? { from, to } : 'invalid';
}

/**
 * As much of a whole, kept response as a request asks for, with the kept headers: 206 for a range, 416
 * for one that is not there, else the response as it is.
 */
export async function inRange(kept: Response, header: string | null): Promise<Response> {
	if (header === null) return kept;
	const whole = await kept.blob();
	const range = rangeOf(header, whole.size);
	const headers = new Headers(kept.headers);
	if (range === null) return new Response(whole, { headers });
	if (range === 'invalid') {
		headers.set('Content-Range', `bytes */${whole.size}`);
		headers.delete('Content-Length');
		return new Response(null, { status: 416, headers });
	}
	const { from, to } = range;
	headers.set('Content-Range', `bytes ${from}-${to - 1}/${whole.size}`);
	headers.set('Content-Length', String(to - from));
	return new Response(whole.slice(from, to), { status: 206, headers });
}
