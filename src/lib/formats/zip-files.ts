import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import type { TextFile } from './text-file.ts';

/**
 * Files in a folder as one archive. The same files give the same bytes: every date is the first one
 * that a zip archive can hold.
 */
export async function zipFiles(
	files: readonly TextFile[],
	folder: string,
	signal?: AbortSignal,
): Promise<Blob> {
	const writer = new ZipWriter(new BlobWriter('application/zip'), {
		// Local time, as the format has it.
		lastModDate: new Date(1980, 0, 1),
		extendedTimestamp: false,
		useWebWorkers: false,
		...(signal ? { signal } : {}),
	});
	for (const { name, text } of files) {
		await writer.add(`${folder}/${name}`, new TextReader(text));
	}
	return writer.close();
}
