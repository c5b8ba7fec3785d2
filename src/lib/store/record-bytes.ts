/**
 * About how many bytes a value takes in the database: eight for a number, what binary data has, one for
 * each character of text (two where the text is not all Latin), names of fields included. What the browser
 * adds for indexes, and what it saves by compression, is not in it.
 */
export function recordBytes(value: unknown): number {
	if (typeof value === 'string') return textBytes(value);
	if (typeof value === 'number') return 8;
	return typeof value === 'object' && value !== null ? objectBytes(value) : 1;
}

function textBytes(text: string): number {
	// eslint-disable-next-line no-control-regex -- the characters that take one byte
	return /^[\u0000-\u00ff]*$/u.test(text) ? text.length : 2 * text.length;
}

function objectBytes(value: object): number {
	if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
	if (Array.isArray(value)) return sum(value);
	if (value instanceof Map) return sum(value.keys()) + sum(value.values());
	return sum(Object.keys(value)) + sum(Object.values(value));
}

function sum(values: Iterable<unknown>): number {
	let bytes = 0;
	for (const value of values) bytes += recordBytes(value);
	return bytes;
}
