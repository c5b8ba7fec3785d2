import { describe, expect, test } from 'vitest';
import { droppedFiles, maxFiles, pickedFiles } from './index.ts';

/** What a browser hands over for a dropped file or folder, in memory. */
class FakeEntry implements FileSystemEntry {
	readonly filesystem = { name: 'fake', root: {} } as FileSystem;
	readonly fullPath: string;
	readonly isDirectory: boolean = false;
	readonly isFile: boolean = false;

	constructor(fullPath: string) {
		this.fullPath = fullPath;
	}

	get name(): string {
		return this.fullPath.slice(this.fullPath.lastIndexOf('/') + 1);
	}

	getParent(): void {
		throw new Error('not asked for');
	}
}

class FakeFile extends FakeEntry implements FileSystemFileEntry {
	override readonly isFile = true;

	file(onFile: FileCallback, onError?: ErrorCallback): void {
		if (this.name.startsWith('locked')) onError?.(new DOMException('no access', 'NotAllowedError'));
		else onFile(new File(['x'], this.name));
	}
}

class FakeFolder extends FakeEntry implements FileSystemDirectoryEntry {
	override readonly isDirectory = true;
	readonly #children: readonly FileSystemEntry[];

	constructor(fullPath: string, children: readonly FileSystemEntry[]) {
		super(fullPath);
		this.#children = children;
	}

	createReader(): FileSystemDirectoryReader {
		// As browsers do: a hundred at a time, an empty list at the end.
		const left = [...this.#children];
		return { readEntries: (onEntries) => onEntries(left.splice(0, 100)) };
	}

	getDirectory(): void {
		throw new Error('not asked for');
	}

	getFile(): void {
		throw new Error('not asked for');
	}
}

describe('droppedFiles', () => {
	test('lists everything below what was dropped, in order', async () => {
		const frames = Array.from({ length: 250 }, (_, index) => new FakeFile(`/set/a/${index}.txt`));
		const { files, problems } = await droppedFiles([
			new FakeFile('/z.zip'),
			new FakeFolder('/set', [
				new FakeFolder('/set/a', frames),
				new FakeFile('/set/.DS_Store'),
				new FakeFolder('/set/__MACOSX', [new FakeFile('/set/__MACOSX/a')]),
				new FakeFile('/set/locked.mp4'),
			]),
		]);
		expect(files).toHaveLength(251);
		expect(files[0]).toMatchObject({ path: 'set/a/0.txt', file: { name: '0.txt', size: 1 } });
		expect(files.at(-1)?.path).toBe('z.zip');
		expect(problems).toEqual([{ file: 'set/locked.mp4', message: 'cannot be read: no access' }]);
	});

	test('stops at more files than any set has', async () => {
		const many = Array.from({ length: maxFiles + 1 }, (_, index) => new FakeFile(`/home/${index}`));
		await expect(droppedFiles([new FakeFolder('/home', many)])).rejects.toMatchObject({
			code: 'InvalidSession',
			message: 'More than 50,000 files: drop the sessions alone',
		});
	});

	test('stops when it is told to', async () => {
		const reading = droppedFiles([new FakeFile('/a')], AbortSignal.abort());
		await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
	});
});

describe('pickedFiles', () => {
	/** A file as a folder picker gives it. */
	function picked(path: string): File {
		const file = new File(['x'], path.slice(path.lastIndexOf('/') + 1));
		return Object.defineProperty(file, 'webkitRelativePath', { value: path });
	}

	test('takes paths from the folder picker, names from the file picker', () => {
		const files = [picked('set/a.json'), picked('set/Thumbs.db'), new File(['x'], 'b.zip')];
		expect(pickedFiles(files).map(({ path }) => path)).toEqual(['set/a.json', 'b.zip']);
	});

	test('stops at more files than any set has', () => {
		const one = new File(['x'], 'a');
		expect(() => pickedFiles(Array<File>(maxFiles + 1).fill(one))).toThrow(/More than 50,000/);
	});
});
