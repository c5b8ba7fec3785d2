import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { download } from './lib/fetch-file.mjs';
import { setUpModels } from './models.mjs';

const content = Buffer.from('weights '.repeat(5000));
const sha256 = createHash('sha256').update(content).digest('hex');

let folder = '';
let server: Server | null = null;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'confab-models-'));
});

afterEach(async () => {
	server?.closeAllConnections();
	server?.close();
	server = null;
	await rm(folder, { recursive: true, force: true });
});

/** Serves `content`, with ranges. */
async function serve(): Promise<{ url: string; ranges: (string | undefined)[] }> {
	const ranges: (string | undefined)[] = [];
	const listening = createServer((request, response) => {
		const { range } = request.headers;
		// Asked first: whether the server is there at all.
		if (request.method !== 'HEAD') ranges.push(range);
		const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
		response.writeHead(start > 0 ? 206 : 200, { 'Content-Length': content.length - start });
		response.end(content.subarray(start));
	});
	server = listening;
	await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
	const address = listening.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return { url: `http://127.0.0.1:${port}/w.bin`, ranges };
}

/** Answers that break off after 10,000 bytes each. */
function breakingFetch(): { fetch: typeof fetch; ranges: (string | null)[] } {
	const ranges: (string | null)[] = [];
	return {
		ranges,
		fetch: (_url, init) => {
			const range = new Headers(init?.headers).get('Range');
			ranges.push(range);
			const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
			let sent = false;
			const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
				if (sent) controller.error(new Error('connection reset'));
				else controller.enqueue(Uint8Array.from(content.subarray(start, start + 10_000)));
				sent = true;
				if (start + 10_000 >= content.length) controller.close();
			};
			const body = new ReadableStream({ pull }, { highWaterMark: 0 });
			return Promise.resolve(new Response(body, { status: start > 0 ? 206 : 200 }));
		},
	};
}

async function setUp(url = 'http://127.0.0.1:9/w.bin', options: { offline?: boolean } = {}) {
	const catalogue = join(folder, 'catalogue.json');
	const source = { repository: 'r', commit: 'c', path: 'w.bin' };
	const file = { id: 'w', role: 'graph', path: 'w.bin', url, bytes: content.length, sha256 };
	await writeFile(
		catalogue,
		JSON.stringify({
			version: 1,
			files: [{ ...file, licence: 'MIT', source }],
			models: [
				{ id: 'm', title: 'M', feature: 'f', parts: { graph: { name: 'm.onnx', from: 'w' } } },
			],
		}),
	);
	return setUpModels({
		catalogue,
		into: join(folder, 'out'),
		weights: join(folder, 'weights'),
		cache: join(folder, 'cache'),
		...options,
	});
}

async function manifest(): Promise<unknown> {
	return JSON.parse(await readFile(join(folder, 'out/manifest.json'), 'utf8'));
}

async function putWeights(bytes: Buffer): Promise<void> {
	await mkdir(join(folder, 'weights'), { recursive: true });
	await writeFile(join(folder, 'weights/w.bin'), bytes);
}

describe('setting models up', () => {
	test('takes files from the folder, without network', async () => {
		await putWeights(content);
		expect(await setUp()).toMatchObject({ ready: ['m'], missing: [], written: ['m.onnx'] });
		expect(await readFile(join(folder, 'out/m.onnx'))).toEqual(content);
		expect(await manifest()).toMatchObject({
			models: [{ id: 'm', status: 'ready', licence: 'MIT', files: { graph: { sha256 } } }],
		});
	});

	test('does nothing the second time, and mends what was damaged since', async () => {
		await putWeights(content);
		await setUp();
		const before = await stat(join(folder, 'out/m.onnx'));
		expect((await setUp()).written).toEqual([]);
		expect((await stat(join(folder, 'out/m.onnx'))).mtimeMs).toBe(before.mtimeMs);
		await writeFile(join(folder, 'out/m.onnx'), 'damaged');
		expect((await setUp()).written).toEqual(['m.onnx']);
		expect(await readFile(join(folder, 'out/m.onnx'))).toEqual(content);
	});

	test('fetches what the folder lacks, once', async () => {
		const { url, ranges } = await serve();
		expect((await setUp(url)).ready).toEqual(['m']);
		await rm(join(folder, 'out'), { recursive: true });
		expect((await setUp(url)).ready).toEqual(['m']);
		expect(ranges).toHaveLength(1);
	});

	test('does not take a wrong file, and fetches the right one', async () => {
		await putWeights(Buffer.from(content).fill(0));
		const { url } = await serve();
		expect((await setUp(url)).ready).toEqual(['m']);
	});

	test('reports what cannot be had, and the manifest says why', async () => {
		const { missing } = await setUp(undefined, { offline: true });
		expect(missing).toMatchObject([{ id: 'm' }]);
		expect(await manifest()).toMatchObject({
			models: [{ status: 'missing', reason: expect.stringContaining('w.bin') as unknown }],
		});
	});

	test('removes what no model uses any more', async () => {
		await putWeights(content);
		await mkdir(join(folder, 'out'), { recursive: true });
		await writeFile(join(folder, 'out/old.onnx'), 'old');
		await setUp();
		await expect(stat(join(folder, 'out/old.onnx'))).rejects.toThrow();
	});

	test('removes what a killed set-up left half-written, not what one is writing', async () => {
		await putWeights(content);
		await mkdir(join(folder, 'out'), { recursive: true });
		for (const [name, minutes] of [
			['m.onnx.1.part', 61],
			['m.onnx.2.part', 59],
		] as const) {
			await writeFile(join(folder, 'out', name), 'half');
			const at = new Date(Date.now() - minutes * 60_000);
			await utimes(join(folder, 'out', name), at, at);
		}
		await setUp();
		const left = await readdir(join(folder, 'out'));
		expect(left.sort()).toEqual(['m.onnx', 'm.onnx.2.part', 'manifest.json']);
	});
});

describe('downloading', () => {
	const file = (url: string) => ({ url, bytes: content.length, sha256 });

	test('goes on where it broke off', async () => {
		const { fetch, ranges } = breakingFetch();
		const path = join(folder, 'w.bin');
		await download(file('https://example.org/w.bin'), path, { pauseMs: 1, attempts: 4, fetch });
		expect(await readFile(path)).toEqual(content);
		expect(ranges).toEqual([null, 'bytes=10000-', 'bytes=20000-', 'bytes=30000-']);
	});

	test('says why when no attempt works', async () => {
		const { fetch, ranges } = breakingFetch();
		const path = join(folder, 'w.bin');
		await expect(
			download(file('https://example.org/w.bin'), path, { pauseMs: 1, attempts: 2, fetch }),
		).rejects.toThrow(/connection reset/);
		expect(ranges).toHaveLength(2);
	});

	test('goes on from an earlier run', async () => {
		const { url, ranges } = await serve();
		const path = join(folder, 'w.bin');
		await writeFile(`${path}.part`, content.subarray(0, 123));
		await download(file(url), path, { pauseMs: 1 });
		expect(ranges).toEqual(['bytes=123-']);
		expect(await readFile(path)).toEqual(content);
	});

	test('gives up on content that is not the file, and leaves nothing behind', async () => {
		const { url } = await serve();
		const path = join(folder, 'w.bin');
		const wrong = { ...file(url), sha256: '0'.repeat(64) };
		await expect(download(wrong, path, { pauseMs: 1, attempts: 2 })).rejects.toThrow(/checksum/);
		await expect(stat(path)).rejects.toThrow();
		await expect(stat(`${path}.part`)).rejects.toThrow();
	});

	test('gives up on silence', async () => {
		server = createServer(() => undefined);
		const listening = server;
		await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
		const address = listening.address();
		const port = typeof address === 'object' && address ? address.port : 0;
		await expect(
			download(file(`http://127.0.0.1:${port}/`), join(folder, 'w.bin'), {
				attempts: 1,
				stallMs: 50,
			}),
		).rejects.toThrow(/no data/);
	});
});
