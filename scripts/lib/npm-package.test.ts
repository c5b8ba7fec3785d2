import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tarball } from '../../tests/fixtures/tarball.ts';
import { filesOfTarball, NpmPackages } from './npm-package.mjs';

let folder = '';

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'confab-npm-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function unpacked(archive: Buffer, ...paths: string[]): Promise<Record<string, string>> {
	const path = join(folder, 'archive.tgz');
	await writeFile(path, archive);
	const found = await filesOfTarball(path, new Set(paths));
	return Object.fromEntries([...found].map(([name, content]) => [name, content.toString()]));
}

describe('reading a tarball', () => {
	const large = 'weights '.repeat(30_000);

	test('takes what is asked for and passes over the rest', async () => {
		const archive = tarball([
			{ name: 'package/', content: '', type: '5' },
			{ name: 'package/package.json', content: '{}' },
			{ name: 'package/large.bin', content: large },
			{ name: 'package/empty', content: '' },
			{ name: 'package/last', content: 'x'.repeat(512) },
		]);
		expect(await unpacked(archive, 'package/last', 'package/empty', 'package/none')).toEqual({
			'package/empty': '',
			'package/last': 'x'.repeat(512),
		});
		expect(await unpacked(archive, 'package/large.bin')).toEqual({ 'package/large.bin': large });
	});

	test('knows the three ways to write a long name', async () => {
		const long = `package/${'a'.repeat(120)}`;
		const record = ` path=${long}\n`;
		const archive = tarball([
			{ name: 'pax', type: 'g', content: '19 comment=nothing\n' },
			{ name: 'pax', type: 'x', content: `${record.length + 3}${record}` },
			{ name: 'cut', content: 'by pax' },
			{ name: 'long', type: 'L', content: `${long}/gnu\0` },
			{ name: 'cut', content: 'by GNU' },
			{ name: 'file', prefix: 'package/folder', content: 'by prefix' },
		]);
		expect(await unpacked(archive, long, `${long}/gnu`, 'package/folder/file')).toEqual({
			[long]: 'by pax',
			[`${long}/gnu`]: 'by GNU',
			'package/folder/file': 'by prefix',
		});
	});

	test('refuses one that is cut short, or is none', async () => {
		const archive = tarball([{ name: 'package/large.bin', content: large }]);
		const cut = archive.subarray(0, archive.length - 40);
		await expect(unpacked(cut, 'package/large.bin', 'package/other')).rejects.toThrow();
		await expect(unpacked(Buffer.from('<html>'), 'a')).rejects.toThrow();
	});
});

describe('packages', () => {
	const archive = tarball([{ name: 'package/w.bin', content: 'weights' }]);
	const paths = new Set(['package/w.bin']);
	const isRight = (_path: string, content: Buffer): boolean => content.toString() === 'weights';

	function packages(pack: (into: string) => Promise<void>, offline = false) {
		const packed: string[] = [];
		const store = new NpmPackages({
			folder,
			offline,
			log: () => undefined,
			pack: (spec, into) => {
				packed.push(spec);
				return pack(into);
			},
		});
		return { store, packed };
	}

	const leave =
		(content: Buffer) =>
		(into: string): Promise<void> =>
			writeFile(join(into, 'scope-name-1.0.0.tgz'), content);

	test('are fetched once and kept', async () => {
		const { store, packed } = packages(leave(archive));
		for (let i = 0; i < 2; i++) {
			const found = await store.files('@scope/name@1.0.0', paths, isRight);
			expect(found.get('package/w.bin')?.toString()).toBe('weights');
		}
		expect(packed).toEqual(['@scope/name@1.0.0']);
		expect(await readFile(join(folder, '@scope+name@1.0.0.tgz'))).toEqual(archive);
	});

	test('are fetched once more when what is kept is damaged', async () => {
		await writeFile(join(folder, 'name@1.0.0.tgz'), archive.subarray(0, 30));
		const { store, packed } = packages(leave(archive));
		await store.files('name@1.0.0', paths, isRight);
		expect(packed).toHaveLength(1);
	});

	test('are not used when they hold something else', async () => {
		const { store } = packages(leave(tarball([{ name: 'package/w.bin', content: 'other' }])));
		await expect(store.files('name@1.0.0', paths, isRight)).rejects.toThrow(/checksum differs/);
		const { store: empty } = packages(leave(tarball([])));
		await expect(empty.files('name@1.0.0', paths, isRight)).rejects.toThrow(/is missing/);
	});

	test('are not asked for after one could not be had', async () => {
		const { store, packed } = packages(() => Promise.reject(new Error('no network')));
		await expect(store.files('a@1.0.0', paths, isRight)).rejects.toThrow('no network');
		await expect(store.files('b@1.0.0', paths, isRight)).rejects.toThrow('no network');
		expect(packed).toEqual(['a@1.0.0']);
	});

	test('are not fetched where the network is not to be used', async () => {
		const { store, packed } = packages(leave(archive), true);
		await expect(store.files('name@1.0.0', paths, isRight)).rejects.toThrow(/network is not used/);
		expect(packed).toEqual([]);
	});
});
