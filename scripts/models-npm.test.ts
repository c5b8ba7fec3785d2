import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tarball } from '../tests/fixtures/tarball.ts';
import { sourcesOf } from './lib/model-sources.mjs';
import { setUpModels } from './models.mjs';

const preferred = Buffer.from('preferred '.repeat(100));
const standIn = Buffer.from('stand-in '.repeat(100));
const words = Buffer.from('words '.repeat(100));

const described = (content: Buffer): { bytes: number; sha256: string } => ({
	bytes: content.length,
	sha256: createHash('sha256').update(content).digest('hex'),
});

const catalogue = {
	version: 1,
	files: [
		{
			id: 'w',
			path: 'w.bin',
			url: 'https://git.example/w.bin',
			...described(preferred),
			licence: 'MIT',
			source: { repository: 'r', commit: 'c', path: 'w.bin' },
		},
		{
			id: 'w-npm',
			npm: 'weights@1.0.0',
			path: 'package/assets.data',
			range: { start: 10, end: 10 + standIn.length },
			...described(standIn),
			licence: 'ISC',
			source: { repository: 'r', path: 'assets.data' },
		},
	],
	models: [
		{
			id: 'm',
			title: 'M',
			parts: { graph: { name: 'm.onnx', from: 'w' } },
			standIn: { title: 'M2', parts: { graph: { name: 'm.onnx', from: 'w-npm' } } },
		},
	],
	recognisers: [
		{ id: 'base', default: true, npm: 'words@1.0.0' },
		{ id: 'tiny', default: false, npm: 'tiny-words@1.0.0' },
	].map((recogniser) => ({
		...recogniser,
		folder: 'package/models',
		licence: 'MIT',
		source: { repository: 'hub' },
		files: [{ name: 'onnx/words.onnx', ...described(words) }],
	})),
};

const packed = [
	{
		name: 'package/assets.data',
		content: Buffer.concat([Buffer.alloc(10), standIn, Buffer.alloc(5)]),
	},
	{ name: 'package/models/onnx/words.onnx', content: words },
];

let folder = '';

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'confab-models-'));
	await writeFile(join(folder, 'catalogue.json'), JSON.stringify(catalogue));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function setUp(options: Parameters<typeof setUpModels>[0] = {}) {
	const asked: string[] = [];
	const outcome = await setUpModels({
		catalogue: join(folder, 'catalogue.json'),
		into: join(folder, 'out'),
		weights: join(folder, 'weights'),
		cache: join(folder, 'cache'),
		fetch: (url) => {
			asked.push(url instanceof Request ? url.url : String(url));
			return Promise.reject(new Error('fetch failed', { cause: new Error('ENOTFOUND') }));
		},
		pack: async (spec, into) => {
			asked.push(spec);
			await writeFile(join(into, 'packed.tgz'), tarball(packed));
		},
		...options,
	});
	return { ...outcome, asked };
}

const manifestSchema = v.looseObject({
	models: v.tuple([v.looseObject({})]),
	recognisers: v.array(v.looseObject({ id: v.string() })),
});

async function manifest(): Promise<v.InferOutput<typeof manifestSchema>> {
	return v.parse(
		manifestSchema,
		JSON.parse(await readFile(join(folder, 'out/manifest.json'), 'utf8')),
	);
}

describe('with npm alone', () => {
	test('a stand-in takes the place of what cannot be reached, and the manifest says so', async () => {
		const { ready, standingIn, missing, asked } = await setUp();
		expect({ ready, standingIn, missing }).toEqual({
			ready: ['m'],
			standingIn: ['m'],
			missing: [],
		});
		expect(await readFile(join(folder, 'out/m.onnx'))).toEqual(standIn);
		expect((await manifest()).models[0]).toMatchObject({
			title: 'M2',
			status: 'ready',
			standsIn: expect.stringContaining('git.example cannot be reached: ENOTFOUND') as unknown,
			licence: 'ISC',
			source: { repository: 'r', package: 'weights@1.0.0', path: 'assets.data' },
		});
		// One look whether the host is there, and no try of the file itself.
		expect(asked).toEqual(['https://git.example', 'weights@1.0.0', 'words@1.0.0']);
	});

	test('the preferred file takes over once it can be had', async () => {
		await setUp();
		await mkdir(join(folder, 'weights'));
		await writeFile(join(folder, 'weights/w.bin'), preferred);
		const { standingIn, written } = await setUp();
		expect({ standingIn, written }).toEqual({ standingIn: [], written: ['m.onnx'] });
		expect(await readFile(join(folder, 'out/m.onnx'))).toEqual(preferred);
		expect((await manifest()).models[0]).not.toHaveProperty('standsIn');
	});

	test('what is switched off is not looked at', async () => {
		await mkdir(join(folder, 'weights'));
		await writeFile(join(folder, 'weights/w.bin'), preferred);
		const { standingIn, asked } = await setUp({ sources: sourcesOf('npm'), recognisers: false });
		expect(standingIn).toEqual(['m']);
		expect(asked).toEqual(['weights@1.0.0']);
		expect(() => sourcesOf('npm,hub')).toThrow(/hub/);
	});

	test('what has neither is missing, for both reasons', async () => {
		const { missing } = await setUp({ pack: () => Promise.reject(new Error('registry away')) });
		expect(missing).toMatchObject([{ id: 'm' }]);
		expect(missing[0]?.reason).toMatch(/ENOTFOUND.*registry away/);
	});
});

describe('a model whose package is large', () => {
	const late = {
		...catalogue,
		models: [
			{
				...catalogue.models[0],
				id: 'big',
				late: true,
				parts: { graph: { name: 'big.onnx', from: 'w-npm' } },
			},
			catalogue.models[0],
		],
	};
	beforeEach(() => writeFile(join(folder, 'catalogue.json'), JSON.stringify(late)));
	const listed = async () => (await listSchema()).map(({ id }) => id);
	const listSchema = async () =>
		v.parse(
			v.object({ models: v.array(v.looseObject({ id: v.string() })) }),
			JSON.parse(await readFile(join(folder, 'out/manifest.json'), 'utf8')),
		).models;

	test('comes after the recognisers, and is not missed before', async () => {
		const first = await setUp({ recognisers: false });
		expect([first.missing, first.written, await listed()]).toEqual([[], ['m.onnx'], ['m']]);
		const { ready, written } = await setUp();
		expect(written).toEqual(['base/onnx/words.onnx', 'big.onnx']);
		expect([ready, await listed()]).toEqual([
			['big', 'm'],
			['big', 'm'],
		]);
		expect((await setUp({ recognisers: false })).ready).toEqual(['big', 'm']);
	});

	test('is reported when it cannot be had, and nothing else suffers', async () => {
		await mkdir(join(folder, 'weights'));
		await writeFile(join(folder, 'weights/w.bin'), preferred);
		const { missing, missingRecognisers } = await setUp({
			pack: async (spec, into) => {
				if (spec.startsWith('weights')) throw new Error('registry away');
				await writeFile(join(into, 'packed.tgz'), tarball(packed));
			},
		});
		expect(missing).toEqual([]);
		expect(missingRecognisers.map(({ id }) => id)).toEqual(['big']);
		expect(await listed()).toEqual(['m']);
	});
});

describe('recognisers', () => {
	const entry = {
		id: 'base',
		files: [{ name: 'onnx/words.onnx', file: 'base/onnx/words.onnx', ...described(words) }],
		licence: 'MIT',
		source: { repository: 'hub', package: 'words@1.0.0', path: 'package/models' },
	};

	test('come last, into folders of their own, and into the manifest', async () => {
		expect((await setUp({ recognisers: false })).written).toEqual(['m.onnx']);
		expect((await manifest()).recognisers).toEqual([]);
		expect((await setUp()).written).toEqual(['base/onnx/words.onnx']);
		expect((await manifest()).recognisers).toEqual([entry]);
		expect((await setUp()).asked).toEqual(['https://git.example']);
	});

	test('are reported when they cannot be had, and nothing else suffers', async () => {
		const { missing, missingRecognisers } = await setUp({
			pack: async (spec, into) => {
				if (spec.startsWith('words')) throw new Error('registry away');
				await writeFile(join(into, 'packed.tgz'), tarball(packed));
			},
		});
		expect(missing).toEqual([]);
		expect(missingRecognisers).toEqual([{ id: 'base', reason: 'registry away' }]);
	});

	test('stay once they were asked for by name', async () => {
		await setUp({ extra: ['tiny'] });
		await setUp();
		expect((await manifest()).recognisers.map(({ id }) => id)).toEqual(['base', 'tiny']);
		await expect(setUp({ extra: ['huge'] })).rejects.toThrow(/base, tiny/);
	});

	test('are fetched anew when a file is damaged; strays beside their files are removed', async () => {
		await setUp();
		await writeFile(join(folder, 'out/base/onnx/words.onnx'), 'damaged');
		await writeFile(join(folder, 'out/base/old.json'), 'old');
		await mkdir(join(folder, 'out/somebody'));
		await writeFile(join(folder, 'out/somebody/else.txt'), 'kept');
		await setUp();
		expect(await readFile(join(folder, 'out/base/onnx/words.onnx'))).toEqual(words);
		await expect(stat(join(folder, 'out/base/old.json'))).rejects.toThrow();
		expect(await readFile(join(folder, 'out/somebody/else.txt'), 'utf8')).toBe('kept');
	});
});
