import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { OfflineList } from './offline-list.ts';
import { OfflineStore } from './offline-store.ts';

const base = 'https://confab.example/';

/** As much of the browser's caches as is used, in memory. */
class MemoryCaches {
	readonly all = new Map<string, Map<string, Response>>();

	has(name: string): Promise<boolean> {
		return Promise.resolve(this.all.has(name));
	}

	keys(): Promise<string[]> {
		return Promise.resolve([...this.all.keys()]);
	}

	delete(name: string): Promise<boolean> {
		return Promise.resolve(this.all.delete(name));
	}

	async match(key: string): Promise<Response | undefined> {
		for (const entries of this.all.values()) if (entries.has(key)) return entries.get(key)?.clone();
		return undefined;
	}

	async open(name: string) {
		const entries = this.all.get(name) ?? new Map<string, Response>();
		this.all.set(name, entries);
		return {
			match: async (key: string) => entries.get(key)?.clone(),
			put: async (key: string, response: Response) => void entries.set(key, response),
			delete: async (key: string) => entries.delete(key),
			keys: async () => [...entries.keys()].map((url) => ({ url })),
		};
	}
}

/** A server with headers as ours: strict for all, others for one script. */
class Server {
	readonly files: Record<string, string>;
	readonly asked: string[] = [];
	down = false;

	constructor(files: Record<string, string>) {
		this.files = files;
	}

	fetch = async (request: Request): Promise<Response> => {
		const path = new URL(request.url).pathname.slice(1);
		this.asked.push(`${path}${request.headers.has('range') ? ' in part' : ''}`);
		if (this.down) throw new TypeError('Failed to fetch');
		const text = this.files[path === '' ? 'index.html' : decodeURIComponent(path)];
		if (text === undefined) return new Response('none', { status: 404 });
		return new Response(text, {
			headers: {
				'Content-Type': 'text/plain',
				'Content-Encoding': 'identity',
				'Cross-Origin-Embedder-Policy': 'require-corp',
				'Content-Security-Policy': path.includes('download') ? 'of the download' : 'strict',
			},
		});
	};
}

const firstFiles = {
	'index.html': 'the page, first',
	'_app/immutable/a1.js': 'chunk a1',
	'_app/workers/download.worker.js': 'download',
	'models/small model.onnx': '0123456789',
	'demo/list.json': '[]',
};

function listOf(files: Record<string, string>): OfflineList {
	const listed = Object.entries(files).map(([path, text]) => ({
		path,
		bytes: text.length,
		sha256: createHash('sha256').update(text).digest('hex'),
		part: path.startsWith('models/')
			? ('models' as const)
			: path.startsWith('demo/')
				? ('demo' as const)
				: ('app' as const),
	}));
	return {
		version: createHash('sha256').update(JSON.stringify(listed)).digest('hex'),
		files: listed,
	};
}

function made(files: Record<string, string> = firstFiles, caches = new MemoryCaches()) {
	const server = new Server({ ...files });
	const store = new OfflineStore(listOf(files), {
		caches: caches as unknown as CacheStorage,
		fetch: server.fetch,
		base,
	});
	const later: Promise<unknown>[] = [];
	/** What a page gets, or null where the request is left alone. */
	const get = async (path: string, init: RequestInit & { navigate?: boolean } = {}) => {
		const request = new Request(new URL(path, base), init);
		// Node makes no requests of navigation.
		if (init.navigate) Object.defineProperty(request, 'mode', { value: 'navigate' });
		const response = await store.respond(request, (work) => later.push(work));
		await Promise.all(later.splice(0));
		return response;
	};
	return { caches, get, server, store };
}

describe('the app itself', () => {
	test('is kept whole, with its headers, and given without asking', async () => {
		const { get, server, store } = made();
		await store.install();
		expect(server.asked.sort()).toEqual([
			'',
			'_app/immutable/a1.js',
			'_app/workers/download.worker.js',
		]);
		server.down = true;
		const page = await get('/session/x?t=2', { navigate: true });
		expect(await page?.text()).toBe('the page, first');
		expect(page?.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
		expect(page?.headers.get('content-security-policy')).toBe('strict');
		expect(page?.headers.has('content-encoding')).toBe(false);
		const worker = await get('/_app/workers/download.worker.js');
		expect(worker?.headers.get('content-security-policy')).toBe('of the download');
	});

	test('with one file that is not what the list says, nothing is installed', async () => {
		const { server, store } = made();
		server.files['_app/immutable/a1.js'] = 'chunk A1';
		await expect(store.install()).rejects.toThrow('a1.js is not what this version lists');
		const missing = made();
		delete missing.server.files['index.html'];
		await expect(missing.store.install()).rejects.toThrow('status 404');
	});

	test('a path with an ending is no page, and what is not listed is left alone', async () => {
		const { get, store } = made();
		await store.install();
		expect(await get('/nothing.txt', { navigate: true })).toBe(null);
		expect(await get('/nothing')).toBe(null);
		expect(await get('/_app/version.json')).toBe(null);
		expect(await get('/%E0%A4%A')).toBe(null);
	});

	test('other origins and other methods are left alone', async () => {
		const { get, server, store } = made();
		await store.install();
		const before = server.asked.length;
		expect(await get('https://elsewhere.example/index.html')).toBe(null);
		expect(await get('http://confab.example/')).toBe(null);
		expect(await get('/', { method: 'POST', body: 'x' })).toBe(null);
		expect(await get('/', { method: 'HEAD' })).toBe(null);
		expect(server.asked.length).toBe(before);
	});
});

describe('large files', () => {
	test('are kept when they are first used, byte for byte', async () => {
		const { get, server, store } = made();
		await store.install();
		const first = await get('/models/small%20model.onnx');
		expect(await first?.text()).toBe('0123456789');
		server.down = true;
		const again = await get('/models/small%20model.onnx');
		expect(await again?.text()).toBe('0123456789');
		expect(again?.headers.get('content-length')).toBe('10');
		expect((await store.status()).files.map(({ path, kept }) => [path, kept])).toEqual([
			['index.html', true],
			['_app/immutable/a1.js', true],
			['_app/workers/download.worker.js', true],
			['models/small model.onnx', true],
			['demo/list.json', false],
		]);
		await expect(get('/demo/list.json')).rejects.toThrow('Failed to fetch');
	});

	test('one that is not what the list says is passed on and not kept', async () => {
		const { get, server, store } = made();
		await store.install();
		server.files['models/small model.onnx'] = '0123456780';
		expect(await (await get('/models/small%20model.onnx'))?.text()).toBe('0123456780');
		expect((await store.status()).files[3]?.kept).toBe(false);
	});

	test.each([
		['bytes=2-4', 206, '234', 'bytes 2-4/10'],
		['bytes=7-', 206, '789', 'bytes 7-9/10'],
		['bytes=-3', 206, '789', 'bytes 7-9/10'],
		['bytes=8-99', 206, '89', 'bytes 8-9/10'],
		['bytes=10-', 416, '', 'bytes */10'],
		['bytes=4-2', 416, '', 'bytes */10'],
		['bytes=-0', 416, '', 'bytes */10'],
		['bytes=0-1,3-4', 200, '0123456789', null],
		['lines=1-2', 200, '0123456789', null],
	])('a range of one that is kept: %s', async (range, status, text, contentRange) => {
		const { get, server, store } = made();
		await store.install();
		await get('/models/small%20model.onnx');
		server.down = true;
		const part = await get('/models/small%20model.onnx', { headers: { range } });
		expect(part?.status).toBe(status);
		expect(await part?.text()).toBe(text);
		expect(part?.headers.get('content-range')).toBe(contentRange);
		expect(part?.headers.get('content-security-policy')).toBe('strict');
	});

	test('a range of one that is not kept is the server’s to answer, and keeps nothing', async () => {
		const { get, server, store } = made();
		await store.install();
		await get('/models/small%20model.onnx', { headers: { range: 'bytes=0-1' } });
		expect(server.asked.at(-1)).toBe('models/small%20model.onnx in part');
		expect((await store.status()).files[3]?.kept).toBe(false);
	});
});

describe('a newer version', () => {
	const secondFiles = {
		'index.html': 'the page, second',
		'_app/immutable/b2.js': 'chunk b2',
		'models/small model.onnx': '9876543210',
		'demo/list.json': '[]',
	};
	const thirdFiles = { ...secondFiles, 'index.html': 'the page, third' };

	test('is kept beside the old one, takes its place, and lets go of what nobody needs', async () => {
		const first = made();
		await first.store.install();
		await first.store.tidy();
		await first.get('/models/small%20model.onnx');
		await first.get('/demo/list.json');

		const second = made(secondFiles, first.caches);
		await second.store.install();
		// The old one still serves its pages.
		first.server.down = true;
		expect(await (await first.get('/', { navigate: true }))?.text()).toBe('the page, first');

		await second.store.tidy();
		second.server.down = true;
		expect(await (await second.get('/', { navigate: true }))?.text()).toBe('the page, second');
		// A chunk for a tab that is still of the old version.
		expect(await (await second.get('/_app/immutable/a1.js'))?.text()).toBe('chunk a1');
		// The large file that is the same needs no second fetch; of the one that changed the old is gone.
		const kept = (await second.store.status()).files.filter((file) => file.kept);
		expect(kept.map(({ path }) => path)).toEqual([
			'index.html',
			'_app/immutable/b2.js',
			'demo/list.json',
		]);
		await expect(second.get('/models/small%20model.onnx')).rejects.toThrow('Failed to fetch');

		const third = made(thirdFiles, first.caches);
		await third.store.install();
		await third.store.tidy();
		expect(
			(await first.caches.keys()).filter((name) => name.startsWith('confab-app-')),
		).toHaveLength(2);
		third.server.down = true;
		await expect(third.get('/_app/immutable/a1.js')).rejects.toThrow('Failed to fetch');
	});
});

test('once all is let go, nothing is kept again until it is asked for', async () => {
	const { caches, get, store } = made();
	await store.install();
	for (const name of await caches.keys()) await caches.delete(name);
	expect(await (await get('/', { navigate: true }))?.text()).toBe('the page, first');
	await get('/models/small%20model.onnx');
	expect((await store.status()).files.some(({ kept }) => kept)).toBe(false);
	expect(await caches.keys()).toEqual([]);
	await store.install();
	expect((await store.status()).files.filter(({ kept }) => kept)).toHaveLength(3);
});
