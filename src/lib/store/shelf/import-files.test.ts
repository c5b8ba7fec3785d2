import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { memoryFolder } from '../../../../tests/fixtures/memory-folder.ts';
import { importFiles, type ImportedFile } from './import-files.ts';
import { ModelShelf } from './model-shelf.ts';
import { assertRoom } from './room.ts';
import type { ShelfEntry } from './shelf-entry.ts';

const graph = 'graph '.repeat(1000);
const units = 'a b c';

function specOf(name: string, text: string): ShelfEntry['files'][number] {
	return { name, bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

const entry: ShelfEntry = {
	version: 1,
	id: 'model.fp32',
	files: [specOf('graph.onnx', graph), specOf('onnx/units.txt', units)],
	about: null,
};
const plenty = (): Promise<StorageEstimate> => Promise.resolve({ quota: 1e9, usage: 0 });

function chosen(files: Record<string, string>): ImportedFile[] {
	return Object.entries(files).map(([path, text]) => ({ path, file: new Blob([text]) }));
}

function setUp() {
	const folder = memoryFolder();
	return { folder, shelf: new ModelShelf(() => Promise.resolve(folder.handle)) };
}

test('files are found below what was chosen, and checked', async () => {
	const { shelf } = setUp();
	const told: number[] = [];
	const files = chosen({
		'downloads/other/graph.onnx': 'another one',
		'downloads/graph.onnx': graph,
		'downloads/onnx/units.txt': units,
	});
	await importFiles(
		shelf,
		entry,
		files,
		{ onProgress: ({ done, total }) => void told.push(done / total) },
		plenty,
	);
	expect(await shelf.get('model.fp32')).toMatchObject({ complete: true });
	expect(told.at(-1)).toBe(1);
});

test('all that is missing is named, and nothing is added', async () => {
	const { shelf } = setUp();
	await expect(
		importFiles(shelf, entry, chosen({ 'a.txt': '' }), {}, plenty),
	).rejects.toMatchObject({
		code: 'ModelUnavailable',
		message: expect.stringContaining('graph.onnx, no onnx/units.txt'),
	});
	expect(await shelf.list()).toEqual([]);
});

test('a wrong file is told, and the right one takes its place', async () => {
	const { shelf } = setUp();
	const wrong = chosen({ 'graph.onnx': graph.replace('g', 'G'), 'onnx/units.txt': units });
	await expect(importFiles(shelf, entry, wrong, {}, plenty)).rejects.toMatchObject({
		code: 'ModelMismatch',
		message: expect.stringContaining('graph.onnx is not what it should be'),
	});
	const right = chosen({ 'graph.onnx': graph, 'onnx/units.txt': units });
	await importFiles(shelf, entry, right, {}, plenty);
	expect(await shelf.get('model.fp32')).toMatchObject({ complete: true });
});

test('what cannot fit is refused before anything is written', async () => {
	const { shelf } = setUp();
	const files = chosen({ 'graph.onnx': graph, 'onnx/units.txt': units });
	const scarce = (): Promise<StorageEstimate> => Promise.resolve({ quota: 9000, usage: 4000 });
	await expect(importFiles(shelf, entry, files, {}, scarce)).rejects.toMatchObject({
		code: 'StorageFull',
	});
	expect(await shelf.list()).toEqual([]);
});

test('room is told in numbers; a browser that does not tell is not held against it', async () => {
	const estimate = (): Promise<StorageEstimate> => Promise.resolve({ quota: 5e8, usage: 1e8 });
	await assertRoom(4e8, estimate);
	await expect(assertRoom(859e6, estimate)).rejects.toMatchObject({
		message: expect.stringMatching(/needs 859 MB.* 400 MB left/),
	});
	await assertRoom(1e12, () => Promise.resolve({}));
});
