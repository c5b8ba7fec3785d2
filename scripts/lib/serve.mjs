import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
	cacheControl,
	downloadWorkerPath,
	headersOf,
	headersOfDownloadWorker,
	immutablePrefix,
} from './headers.mjs';

/** @type {Record<string, string>} */
const types = {
	'.css': 'text/css; charset=utf-8',
	'.html': 'text/html; charset=utf-8',
	'.ico': 'image/x-icon',
	'.js': 'text/javascript; charset=utf-8',
	'.json': 'application/json; charset=utf-8',
	'.map': 'application/json; charset=utf-8',
	'.mjs': 'text/javascript; charset=utf-8',
	'.mp4': 'video/mp4',
	'.onnx': 'application/octet-stream',
	'.png': 'image/png',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
	'.vtt': 'text/vtt; charset=utf-8',
	'.wasm': 'application/wasm',
	'.webmanifest': 'application/manifest+json',
	'.webp': 'image/webp',
};

/**
 * The file a request path means: itself, or index.html for a page of the app (a path whose last part
 * has no extension), or null.
 *
 * @param {string} root absolute
 * @param {string} urlPath still percent-encoded, without query
 * @returns {string | null}
 */
function fileOf(root, urlPath) {
	let path;
	try {
		path = decodeURIComponent(urlPath);
	} catch {
		return null;
	}
	if (path.includes('\0') || path.includes('\\')) return null;
	if (path.split('/').includes('..')) return null;
	const file = normalize(join(root, path));
	if (file !== root && !file.startsWith(root + sep)) return null;
	if (isFile(file)) return file;
	return extname(path) === '' ? join(root, 'index.html') : null;
}

/** @param {string} file */
function isFile(file) {
	return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * A `Range` header of one range: first and last byte, `invalid` (416), or null to send everything.
 *
 * @param {string | undefined} header
 * @param {number} size
 * @returns {{ first: number, last: number } | 'invalid' | null}
 */
export function rangeOf(header, size) {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
	if (!match || (match[1] === '' && match[2] === '')) return null;
	const [from, to] = [match[1] ?? '', match[2] ?? ''];
	const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
	const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
	return first > last || first >= size ? 'invalid' : { first, last };
}

/**
 * Answers one request from the built app. Every answer, an error too, carries the app's headers.
 *
 * @param {string} root absolute
 * @param {(file: string | null) => Record<string, string>} headersFor
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(root, headersFor, request, response) {
	const urlPath = (request.url ?? '/').replace(/[?#].*$/, '');
	const file = fileOf(root, urlPath);
	for (const [name, value] of Object.entries(headersFor(file))) response.setHeader(name, value);
	/** @param {number} status @param {string} text */
	const refuse = (status, text) => {
		response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
		response.end(request.method === 'HEAD' ? undefined : `${text}\n`);
	};
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.setHeader('Allow', 'GET, HEAD');
		refuse(405, 'Only GET and HEAD');
		return;
	}
	const stat = file === null ? undefined : statSync(file, { throwIfNoEntry: false });
	if (file === null || stat === undefined) {
		refuse(404, 'Not found');
		return;
	}
	const etag = `"${stat.size.toString(16)}-${Math.round(stat.mtimeMs).toString(16)}"`;
	response.setHeader('ETag', etag);
	response.setHeader(
		'Cache-Control',
		urlPath.startsWith(immutablePrefix) ? cacheControl.immutable : cacheControl.other,
	);
	response.setHeader('Accept-Ranges', 'bytes');
	if (request.headers['if-none-match'] === etag) {
		response.writeHead(304).end();
		return;
	}
	const range = rangeOf(request.headers.range, stat.size);
	if (range === 'invalid') {
		response.setHeader('Content-Range', `bytes */${stat.size}`);
		refuse(416, 'Range not satisfiable');
		return;
	}
	const { first, last } = range ?? { first: 0, last: stat.size - 1 };
	response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
	response.setHeader('Content-Length', last - first + 1);
	if (range !== null) response.setHeader('Content-Range', `bytes ${first}-${last}/${stat.size}`);
	response.writeHead(range === null ? 200 : 206);
	if (request.method === 'HEAD' || stat.size === 0) response.end();
	else await pipeline(createReadStream(file, { start: first, end: last }), response);
}

/**
 * Serves a built app.
 *
 * @param {string} buildFolder
 * @param {{ port?: number | undefined, host?: string | undefined }} [options] without a port: 4173,
 *   or any free one when that is taken. Loopback unless told otherwise.
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function serve(buildFolder, options = {}) {
	const root = resolve(buildFolder);
	const strict = headersOf(root);
	const download = headersOfDownloadWorker();
	// By the file, not by its address, which can be spelt in several ways.
	const downloadWorker = join(root, downloadWorkerPath);
	/** @param {string | null} file */
	const headersFor = (file) => (file === downloadWorker ? download : strict);
	const host = options.host ?? '127.0.0.1';
	const server = createServer((request, response) => {
		answer(root, headersFor, request, response).catch(() => {
			// The browser went away in mid-answer, or the file did.
			response.destroy();
		});
	});
	/** @param {number} port */
	const listen = (port) =>
		new Promise((done, failed) => {
			server.once('error', failed);
			server.listen(port, host, () => {
				server.off('error', failed);
				done(undefined);
			});
		});
	if (options.port !== undefined) await listen(options.port);
	else {
		await listen(4173).catch((/** @type {unknown} */ error) => {
			if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
			return listen(0);
		});
	}
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : options.port;
	return {
		origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
		close: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
}
