import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	downloadWorkerPath,
	headersOf,
	headersOfDownloadWorker,
	hubFileOrigins,
	hubOrigin,
	inlineScriptHashes,
	writeHeadersFile,
} from './headers.mjs';
import { rangeOf, serve } from './serve.mjs';

const page = '<!doctype html><body><script>start()</script></body>';
const model = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);

let folder: string;
let app: string;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'confab-serve-'));
	app = join(folder, 'app');
	mkdirSync(join(app, '_app', 'immutable'), { recursive: true });
	writeFileSync(join(app, 'index.html'), page);
	writeFileSync(join(app, 'model.onnx'), model);
	writeFileSync(join(app, 'empty.bin'), '');
	writeFileSync(join(app, 'code.wasm'), model);
	writeFileSync(join(app, '_app', 'immutable', 'a.worker.js'), 'postMessage(1)');
	mkdirSync(join(app, '_app', 'workers'));
	writeFileSync(join(app, downloadWorkerPath), 'postMessage(2)');
	writeFileSync(join(folder, 'secret.txt'), 'secret');
	writeFileSync(join(folder, 'app-secret.txt'), 'secret');
	server = await serve(app, { port: 0 });
});

afterAll(async () => {
	await server.close();
	rmSync(folder, { recursive: true });
});

/** A request whose path is sent as it stands; `fetch` would tidy it up first. */
function raw(path: string, method = 'GET'): Promise<{ status: number; body: string }> {
	return new Promise((done, failed) => {
		const { hostname, port } = new URL(server.origin);
		request({ hostname, port, path, method }, (response) => {
			let body = '';
			response.on('data', (chunk: Buffer) => (body += chunk.toString()));
			response.on('end', () => {
				done({ status: response.statusCode ?? 0, body });
			});
		})
			.on('error', failed)
			.end();
	});
}

describe('headers', () => {
	test.each([
		['/', 200],
		['/_app/immutable/a.worker.js', 200],
		['/model.onnx', 200],
		['/missing.onnx', 404],
		['/some/page', 200],
	])('%s carries them all', async (path, status) => {
		const response = await fetch(server.origin + path);
		await response.arrayBuffer();
		expect(response.status).toBe(status);
		for (const [name, value] of Object.entries(headersOf(app))) {
			expect(response.headers.get(name), name).toBe(value);
		}
	});

	test('the policy allows our own origin, WebAssembly and one inline script, nothing more', () => {
		const policy = headersOf(app)['Content-Security-Policy'] ?? '';
		expect(policy).toMatch(/^default-src 'none'; /);
		expect(policy).toContain("connect-src 'self';");
		expect(policy).toContain("worker-src 'self';");
		expect(policy).not.toContain('unsafe-inline');
		expect(policy).not.toContain("'unsafe-eval'");
		expect(policy).not.toMatch(/https?:|\*/);
		// sha256 of `start()`, from openssl.
		expect(policy).toContain('DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=');
	});

	test('a script of its own file needs no hash', () => {
		expect(inlineScriptHashes('<script src="/a.js"></script>')).toEqual([]);
	});

	test.each([downloadWorkerPath, downloadWorkerPath.replace('w', '%77')])(
		'the download worker alone may ask the hub, and be no document (%s)',
		async (path) => {
			const response = await fetch(server.origin + path);
			expect(await response.text()).toBe('postMessage(2)');
			for (const [name, value] of Object.entries(headersOfDownloadWorker())) {
				expect(response.headers.get(name), name).toBe(value);
			}
			const policy = response.headers.get('Content-Security-Policy') ?? '';
			const connect = /connect-src ([^;]*);/.exec(policy)?.[1]?.split(' ');
			expect(connect).toEqual([hubOrigin, ...hubFileOrigins]);
			expect(policy).toContain("default-src 'none'; script-src 'self';");
			expect(policy).not.toContain('unsafe');
			expect(policy).not.toContain('*');
			expect(response.headers.get('Content-Disposition')).toBe('attachment');
			expect(response.headers.get('Cache-Control')).toBe('no-cache');
		},
	);

	test('_headers says the same to a static host', () => {
		writeHeadersFile(app);
		const lines = readFileSync(join(app, '_headers'), 'utf8').split('\n');
		const ofDownload = lines.indexOf(downloadWorkerPath);
		expect(lines[0]).toBe('/*');
		expect(lines.slice(1, ofDownload)).toEqual(
			Object.entries(headersOf(app)).map(([name, value]) => `  ${name}: ${value}`),
		);
		const own = lines.slice(ofDownload + 1, lines.indexOf('/_app/immutable/*'));
		const strict = headersOf(app);
		const different = Object.entries(headersOfDownloadWorker()).filter(
			([name, value]) => strict[name] !== value,
		);
		const detached = different.filter(([name]) => name in strict).map(([name]) => `  ! ${name}`);
		const set = different.map(([name, value]) => `  ${name}: ${value}`);
		// Detached before they are set.
		expect(own.slice(0, detached.length).sort()).toEqual(detached.sort());
		expect(own.slice(detached.length).sort()).toEqual(set.sort());
	});

	test.each([
		['/code.wasm', 'application/wasm'],
		['/_app/immutable/a.worker.js', 'text/javascript; charset=utf-8'],
		['/', 'text/html; charset=utf-8'],
		['/model.onnx', 'application/octet-stream'],
	])('%s is %s', async (path, type) => {
		const response = await fetch(server.origin + path, { method: 'HEAD' });
		expect(response.headers.get('Content-Type')).toBe(type);
	});
});

describe('what is sent', () => {
	test('a file whole', async () => {
		const response = await fetch(`${server.origin}/model.onnx?v=1`);
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(model);
		expect(response.headers.get('Cache-Control')).toBe('no-cache');
	});

	test('an empty file', async () => {
		const response = await fetch(`${server.origin}/empty.bin`);
		expect(response.status).toBe(200);
		expect(response.headers.get('Content-Length')).toBe('0');
		expect(await response.text()).toBe('');
	});

	test.each([
		['bytes=0-0', 0, 1],
		['bytes=10-19', 10, 20],
		['bytes=990-', 990, 1000],
		['bytes=-5', 995, 1000],
		['bytes=990-5000', 990, 1000],
	])('the range %s', async (range, first, end) => {
		const response = await fetch(`${server.origin}/model.onnx`, { headers: { Range: range } });
		expect(response.status).toBe(206);
		expect(response.headers.get('Content-Range')).toBe(`bytes ${first}-${end - 1}/1000`);
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(model.slice(first, end));
	});

	test('a range past the end is refused, one we do not know is ignored', async () => {
		const past = await fetch(`${server.origin}/model.onnx`, { headers: { Range: 'bytes=1000-' } });
		expect(past.status).toBe(416);
		expect(past.headers.get('Content-Range')).toBe('bytes */1000');
		expect(rangeOf('bytes=0-1,5-6', 1000)).toBeNull();
		expect(rangeOf('bytes=-', 1000)).toBeNull();
		expect(rangeOf(undefined, 1000)).toBeNull();
		expect(rangeOf('bytes=-0', 1000)).toBe('invalid');
		expect(rangeOf('bytes=0-0', 0)).toBe('invalid');
	});

	test('what is unchanged is not sent again, and a hashed name is kept for ever', async () => {
		const first = await fetch(`${server.origin}/_app/immutable/a.worker.js`);
		await first.text();
		expect(first.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
		const again = await fetch(`${server.origin}/_app/immutable/a.worker.js`, {
			headers: { 'If-None-Match': first.headers.get('ETag') ?? '' },
		});
		expect(again.status).toBe(304);
	});

	test('a page of the app is index.html, a missing file is not', async () => {
		expect((await raw('/result/abc')).body).toBe(page);
		expect((await raw('/models/missing.onnx')).status).toBe(404);
	});

	test('nothing is written', async () => {
		expect((await raw('/model.onnx', 'POST')).status).toBe(405);
		expect((await raw('/model.onnx', 'DELETE')).status).toBe(405);
	});
});

test.each([
	'/../secret.txt',
	'/..%2fsecret.txt',
	'/%2e%2e/secret.txt',
	'/_app/../../secret.txt',
	'/..\\secret.txt',
	'/..%5csecret.txt',
	'//../secret.txt',
	'/../app-secret.txt',
	'/model.onnx%00.txt',
	'/%',
	'/%c0%ae%c0%ae/secret.txt',
])('%s leads nowhere', async (path) => {
	const { status, body } = await raw(path);
	expect(status).toBe(404);
	expect(body).not.toContain('secret');
});

test('a taken port is left alone', async () => {
	const port = Number(new URL(server.origin).port);
	await expect(serve(app, { port })).rejects.toThrow('EADDRINUSE');
});
