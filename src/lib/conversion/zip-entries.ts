import { damaged } from './checkpoint.ts';

/**
 * The entries of a zip archive whose entries are stored without compression, which is how PyTorch
 * writes its checkpoints. No zip64: such checkpoints are below 4 GiB.
 *
 * @returns views into `archive`, by path
 * @throws ConfabError `ModelUnavailable` when the archive is damaged or an entry is compressed.
 */
export function storedEntries(archive: Uint8Array): Map<string, Uint8Array> {
	const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
	const within = (offset: number, length: number): void => {
		if (offset < 0 || length < 0 || offset + length > archive.byteLength) {
			throw damaged('the archive is cut short');
		}
	};

	// The end record is the last 22 bytes, or more where a comment follows it.
	let end = archive.byteLength - 22;
	while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
	if (end < 0) throw damaged('it is not a zip archive, or it is cut short');
	const count = view.getUint16(end + 10, true);
	let at = view.getUint32(end + 16, true);

	const entries = new Map<string, Uint8Array>();
	for (let i = 0; i < count; i++) {
		within(at, 46);
		if (view.getUint32(at, true) !== 0x02014b50) throw damaged('its table of contents is broken');
		const method = view.getUint16(at + 10, true);
		const size = view.getUint32(at + 24, true);
		const nameLength = view.getUint16(at + 28, true);
		const extraLength = view.getUint16(at + 30, true);
		const commentLength = view.getUint16(at + 32, true);
		const local = view.getUint32(at + 42, true);
		within(at + 46, nameLength);
		const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
		if (method !== 0) throw damaged(`its entry "${name}" is compressed`);
		within(local, 30);
		const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
		within(start, size);
		entries.set(name, archive.subarray(start, start + size));
		at += 46 + nameLength + extraLength + commentLength;
	}
	return entries;
}
