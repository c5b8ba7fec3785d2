import { droppedFiles } from '../../formats/dropped-files.ts';
import type { ListFiles } from '../../state/intake.svelte.ts';

/** Whether something that is dragged or pasted holds files. */
export function holdsFiles(data: DataTransfer | null): boolean {
	return data?.types.includes('Files') ?? false;
}

/** What files of a type are that Confab never reads. Of a file's name nothing is known before it is dropped. */
const strange: readonly (readonly [type: RegExp, what: string])[] = [
	[/^image\//, 'a picture'],
	[/^application\/(pdf|msword|vnd\.(ms-|oasis\.opendocument|openxmlformats))/, 'a document'],
	[/^font\//, 'a font'],
];

/**
 * What is dragged, where every file of it is surely nothing that Confab reads: `a picture`, or `files of other
 * kinds`. Null where one may be, as a folder or a file of no known type.
 */
export function strangeKind(data: DataTransfer): string | null {
	const files = [...data.items].filter(({ kind }) => kind === 'file');
	const kinds = files.map(({ type }) => strange.find(([pattern]) => pattern.test(type))?.[1]);
	const [first] = kinds;
	if (first === undefined || kinds.includes(undefined)) return null;
	return kinds.length === 1 ? first : 'files of other kinds';
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
