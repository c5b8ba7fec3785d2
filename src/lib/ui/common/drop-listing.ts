import { droppedFiles } from '../../formats/dropped-files.ts';
import type { ListFiles } from '../../state/intake.svelte.ts';

/** Whether something that is dragged or pasted holds files. */
export function holdsFiles(data: DataTransfer | null): boolean {
	return data?.types.includes('Files') ?? false;
}

/**
 * The files of a drop or a paste. To be called before the event's handler returns: afterwards the entries
 * are gone.
 */
export function listingOf(data: DataTransfer): ListFiles {
	const entries: FileSystemEntry[] = [];
	const files: File[] = [];
	for (const item of data.items) {
		if (item.kind !== 'file') continue;
		const entry = item.webkitGetAsEntry();
		if (entry) {
			entries.push(entry);
			continue;
		}
		// A file that was copied elsewhere and pasted here has no entry.
		const file = item.getAsFile();
		if (file) files.push(file);
	}
	return async (signal) => {
		const found = await droppedFiles(entries, signal);
		const loose = files.map((file) => ({ path: file.name, file }));
		return { files: [...found.files, ...loose], problems: found.problems };
	};
}
