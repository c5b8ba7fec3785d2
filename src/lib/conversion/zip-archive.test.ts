import { describe, expect, test } from 'vitest';
import { archiveOf, withBytes } from '../../../tests/fixtures/archive.ts';
import { blobAccess, MemoryStore, type RandomAccess } from './random-access.ts';
import { openZipEntry, readZipDirectory } from './zip-archive.ts';

const text = 'once upon a time '.repeat(100_000);

async function archive(options: { stored?: boolean; zip64?: boolean } = {}): Promise<File> {
	const files = [
		{ path: 'a/large.bin', file: new File([text], 'large.bin') },
		{ path: 'a/small.txt', file: new File(['small'], 'small.txt') },
	];
	return (await archiveOf('x.zip', files, options)).file;
}

async function contentOf(source: RandomAccess): Promise<string> {
	return new TextDecoder().decode(await source.read(0, source.size));
}

describe('zip archives', () => {
	test.each([
		['stored', { stored: true }],
		['compressed', {}],
		['compressed, with 64-bit sizes', { zip64: true }],
		['stored, with 64-bit sizes', { stored: true, zip64: true }],
	])('give their entries, %s', async (_, options) => {
		const source = blobAccess(await archive(options));
		const store = new MemoryStore();
		const [large, small] = await readZipDirectory(source);
		if (!large || !small) throw new TypeError('entries are missing');
		expect([large.path, large.bytes, small.path]).toEqual([
			'a/large.bin',
			text.length,
			'a/small.txt',
		]);
		const opened = await openZipEntry(source, large, { store, path: 'scratch' });
		expect(await contentOf(opened)).toBe(text);
		expect(new TextDecoder().decode(await opened.read(17_000, 4))).toBe('once');
		const other = await openZipEntry(source, small, { store, path: 'other' });
		expect(await contentOf(other)).toBe('small');
		// Only what is large and compressed is unpacked into a file.
		expect([...store.files.keys()]).toEqual('stored' in options ? [] : ['scratch']);
	});

	test('that are unpacked can be left in the middle, with nothing left behind', async () => {
		const source = blobAccess(await archive());
		const store = new MemoryStore();
		const [large] = await readZipDirectory(source);
		if (!large) throw new TypeError('the entry is missing');
		const abort = new AbortController();
		const opening = openZipEntry(
			source,
			large,
			{ store, path: 'scratch' },
			{
				signal: abort.signal,
				onProgress: () => abort.abort(),
			},
		);
		await expect(opening).rejects.toThrow(/abort/i);
		expect(store.files.size).toBe(0);
		const again = await openZipEntry(source, large, { store, path: 'scratch' });
		expect(again.size).toBe(text.length);
	});

	test('that are damaged are refused', async () => {
		const file = await archive();
		await expect(readZipDirectory(blobAccess(new Blob(['hello'])))).rejects.toThrow(/not a zip/);
		const cut = blobAccess(file.slice(0, file.size - 30));
		await expect(readZipDirectory(cut)).rejects.toThrow(/cannot be read/);
		// The bytes of the first entry, from after its header on.
		const broken = await withBytes({ path: 'x', file }, (bytes) => bytes.fill(0xff, 60, 400));
		const source = blobAccess(broken.file);
		const [large] = await readZipDirectory(source);
		if (!large) throw new TypeError('the entry is missing');
		const store = new MemoryStore();
		await expect(openZipEntry(source, large, { store, path: 's' })).rejects.toThrow(
			/cannot be unpacked/,
		);
		expect(store.files.size).toBe(0);
	});
});
