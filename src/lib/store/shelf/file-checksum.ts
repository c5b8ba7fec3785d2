import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

const blockBytes = 4 * 1024 * 1024;

/**
 * SHA-256 of a file as hex digits, read piece by piece.
 *
 * @param tell how many bytes were read so far
 * @throws the signal's reason when aborted
 */
export async function sha256Of(
	file: Blob,
	tell: (done: number) => void,
	signal: AbortSignal | undefined,
): Promise<string> {
	const hash = sha256.create();
	for (let at = 0; at < file.size; at += blockBytes) {
		signal?.throwIfAborted();
		const block = await file.slice(at, at + blockBytes).arrayBuffer();
		hash.update(new Uint8Array(block));
		tell(at + block.byteLength);
	}
	return bytesToHex(hash.digest());
}
