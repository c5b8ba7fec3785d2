import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { SourceFile } from '../../src/lib/conversion/hugging-face.ts';
import {
	checkRange,
	type FileSink,
	type FileStore,
	type RandomAccess,
} from '../../src/lib/conversion/random-access.ts';

/** A folder on disk to build into. Files it has opened stay open until `close`. */
export class DiskStore implements FileStore {
	readonly #folder: string;
	readonly #open: (() => Promise<void>)[] = [];

	/** @param folder made when something is written and it is not there */
	constructor(folder: string) {
		this.#folder = folder;
	}

	async open(path: string): Promise<RandomAccess | null> {
		const file = this.pathOf(path);
		const found = await stat(file).catch(() => null);
		if (!found?.isFile()) return null;
		const handle = await open(file);
		this.#open.push(() => handle.close());
		return {
			size: found.size,
			async read(offset, length) {
				checkRange(found.size, offset, length);
				const bytes = new Uint8Array(length);
				let done = 0;
				while (done < length) {
					const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
					if (bytesRead === 0) throw new TypeError(`${file} became shorter while it was read`);
					done += bytesRead;
				}
				return bytes;
			},
		};
	}

	async create(path: string): Promise<FileSink> {
		const file = this.pathOf(path);
		const part = `${file}.part`;
		await mkdir(dirname(file), { recursive: true });
		const handle = await open(part, 'w');
		let closed = false;
		const close = async (): Promise<void> => {
			if (closed) return;
			closed = true;
			await handle.close();
		};
		return {
			async write(bytes) {
				for (let done = 0; done < bytes.length;) {
					done += (await handle.write(bytes, done)).bytesWritten;
				}
			},
			async close() {
				await close();
				await rename(part, file);
			},
			async discard() {
				await close();
				await rm(part, { force: true });
			},
		};
	}

	async remove(path: string): Promise<void> {
		await rm(this.pathOf(path), { force: true });
	}

	/** Where a file lies on disk. */
	pathOf(path: string): string {
		return join(this.#folder, path);
	}

	/** All files in it, of any depth. */
	async list(): Promise<SourceFile[]> {
		const found: SourceFile[] = [];
		for (const entry of await readdir(this.#folder, { withFileTypes: true, recursive: true })) {
			if (!entry.isFile()) continue;
			const full = join(entry.parentPath, entry.name);
			const path = relative(this.#folder, full).split(sep).join('/');
			found.push({
				path,
				bytes: (await stat(full)).size,
				open: async () => {
					const file = await this.open(path);
					if (!file) throw new TypeError(`${full} went away`);
					return file;
				},
			});
		}
		return found;
	}

	async close(): Promise<void> {
		for (const close of this.#open.splice(0)) await close();
	}
}
