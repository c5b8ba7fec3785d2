import { ConfabError, messageOf } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import type { ByteRange, ListedFile } from './listed-file.ts';

const sampleBytes = 64 * 1024;
/** Of a larger file only the start is sampled: in an archive the rest would have to be unpacked first. */
const farSampleLimitBytes = 64 * 1024 * 1024;

/** Which bytes of a file stand for it; all of a small one. */
function sampledRanges(size: number): readonly ByteRange[] {
	if (size <= 3 * sampleBytes) return [{ start: 0, end: size }];
	const first = { start: 0, end: sampleBytes };
	if (size > farSampleLimitBytes) return [first];
	const middle = Math.floor((size - sampleBytes) / 2);
	return [
		first,
		{ start: middle, end: middle + sampleBytes },
		{ start: size - sampleBytes, end: size },
	];
}

function hex(bytes: ArrayBuffer): string {
	return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export interface ContentId {
	/** SHA-256, in hexadecimal. */
	readonly id: string;
	/** Files that could not be read: what is wrong by path. */
	readonly damaged: ReadonlyMap<string, Problem>;
}

/** A file's samples as one digest; a problem when they cannot be read. */
async function digestOf(file: ListedFile, signal?: AbortSignal): Promise<string | Problem> {
	try {
		const samples = await file.read(sampledRanges(file.size), signal);
		const bytes = await new Blob([...samples]).arrayBuffer();
		return hex(await crypto.subtle.digest('SHA-256', bytes));
	} catch (error) {
		signal?.throwIfAborted();
		const [known] = error instanceof ConfabError ? error.problems : [];
		return known ?? { file: file.path, message: `cannot be read: ${messageOf(error)}` };
	}
}

/**
 * The id of a set of files: SHA-256 over path, size and sampled bytes of each. It knows nothing of the
 * folder's name, of dates, or of whether the files came from a folder or an archive.
 *
 * @param files With paths inside the session; their order does not matter.
 */
export async function contentId(
	files: readonly ListedFile[],
	signal?: AbortSignal,
	onFile?: (done: number) => void,
): Promise<ContentId> {
	const lines: string[] = [];
	const damaged = new Map<string, Problem>();
	for (const [index, file] of files.entries()) {
		const digest = await digestOf(file, signal);
		if (typeof digest !== 'string') damaged.set(file.path, digest);
		const shown = typeof digest === 'string' ? digest : 'damaged';
		lines.push(`${shown} ${file.size} ${JSON.stringify(file.path)}\n`);
		onFile?.(index + 1);
	}
	// The first line tells apart ids made in another way.
	const text = `session content 1\n${lines.sort().join('')}`;
	const id = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
	return { id, damaged };
}
