import type { SourceFile } from '../domain/session.ts';
import type { Problem } from '../support/errors.ts';
import type { ListedFile } from './listed-file.ts';
import { joinPath } from './paths.ts';

/**
 * The files of one session, found by their path inside it. Remembers which were used: they are what
 * the session's id is made of.
 */
export class SessionFolder {
	readonly name: string;
	readonly #root: string;
	readonly #files: ReadonlyMap<string, ListedFile>;
	readonly #used = new Map<string, ListedFile>();

	/**
	 * @param root Path of the session's folder inside what was dropped; empty for the top.
	 * @param files Everything that was dropped, by path.
	 */
	constructor(name: string, root: string, files: ReadonlyMap<string, ListedFile>) {
		this.name = name;
		this.#root = root;
		this.#files = files;
	}

	/** A file of the session, or null when there is none. */
	find(path: string): SourceFile | null {
		const listed = this.#files.get(joinPath(this.#root, path));
		if (!listed) return null;
		const file: ListedFile = {
			path,
			size: listed.size,
			open: (signal) => listed.open(signal),
			read: (ranges, signal) => listed.read(ranges, signal),
		};
		this.#used.set(path, file);
		return file;
	}

	/** A file of the session that has content; a problem is noted when it is missing or empty. */
	need(path: string, problems: Problem[]): SourceFile | null {
		const file = this.find(path);
		if (!file) problems.push({ file: path, message: 'is missing' });
		else if (file.size === 0) problems.push({ file: path, message: 'is empty (0 bytes)' });
		return file && file.size > 0 ? file : null;
	}

	/** Every file that was found so far. */
	get usedFiles(): readonly ListedFile[] {
		return [...this.#used.values()];
	}
}
