import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { chromium } from 'playwright/test';
import { chromiumArguments, requireChromium } from '../../scripts/lib/chromium.mjs';
import { hubFileOrigins, hubOrigin } from '../../scripts/lib/headers.mjs';
import { rangeOf } from '../../scripts/lib/serve.mjs';
import { whisperFiles, whisperOffer } from '../../src/lib/recognisers/whisper/offers.ts';
import { test as base } from './harness.ts';
import { selfSigned } from './self-signed.ts';

export { expect } from 'playwright/test';

const commit = 'c0ffee'.repeat(6) + 'c0ff';

/** The size of Whisper that the hub has, in the form for machines without a GPU. */
export const repository = whisperOffer('whisper-tiny')?.repository ?? '';

/** A host that the hub sends to for large files. */
const storage = new URL(hubFileOrigins.at(-1) ?? '').host;

interface Visit {
	readonly host: string;
	readonly path: string;
	readonly range: string | undefined;
	readonly headers: IncomingMessage['headers'];
}

/** What the hub does with the bytes of a large file. */
interface Conduct {
	/** Ends an answer after as many bytes, as a line that breaks. */
	breakAfter?: number;
	/** Sends nothing more after as many bytes, and does not end. */
	stallAfter?: number;
	/** Answers everything with it. */
	status?: number;
	/** Sends large files with one byte changed. */
	corrupt?: boolean;
	/** Where it sends to for large files. */
	redirectTo?: string;
}

/** Bytes that are the same every time. */
function content(name: string): Buffer {
	const length = name.includes('encoder') ? 3_000_000 : name.endsWith('.onnx') ? 1_000_000 : 2000;
	const seed = name.length;
	return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 9) * seed) & 255));
}

/** A stand-in for Hugging Face's hub, with one model whose weights mean nothing, and its storage. */
export class StandInHub {
	readonly visits: Visit[] = [];
	conduct: Conduct = {};
	readonly files: ReadonlyMap<string, Buffer>;
	readonly #server;

	constructor() {
		const names = whisperFiles({ encoder: 'q8', decoder: 'q8' });
		this.files = new Map(names.map((name) => [name, content(name)]));
		this.#server = createServer(selfSigned('stand-in'), (request, response) => {
			this.#answer(request, response);
		});
	}

	/** @returns its port */
	async start(): Promise<number> {
		await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
		const address = this.#server.address();
		if (address === null || typeof address === 'string') throw new Error('the hub has no port');
		return address.port;
	}

	async close(): Promise<void> {
		await new Promise<void>((done) => {
			this.#server.close(() => done());
			this.#server.closeAllConnections();
		});
	}

	#answer(request: IncomingMessage, response: ServerResponse): void {
		const { host = '' } = request.headers;
		const path = request.url ?? '';
		this.visits.push({ host, path, range: request.headers.range, headers: request.headers });
		response.setHeader('Access-Control-Allow-Origin', '*');
		const { status, redirectTo = `https://${storage}` } = this.conduct;
		if (status !== undefined) {
			response.writeHead(status).end();
			return;
		}
		if (path === `/api/models/${repository}/revision/main?blobs=true`) {
			response.end(JSON.stringify({ sha: commit, siblings: this.#siblings() }));
			return;
		}
		const name = path.replace(`/${repository}/resolve/${commit}/`, '');
		const bytes = this.files.get(name);
		if (!bytes) response.writeHead(404).end();
		else if (!name.endsWith('.onnx')) response.end(bytes);
		else if (host !== storage) {
			response.writeHead(302, { Location: `${redirectTo}${path}` }).end();
		} else this.#send(bytes, request, response);
	}

	#siblings(): unknown[] {
		return [...this.files].map(([rfilename, bytes]) => {
			const blob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
			const sha256 = createHash('sha256').update(bytes).digest('hex');
			const lfs = rfilename.endsWith('.onnx') ? { lfs: { sha256 } } : {};
			return { rfilename, size: bytes.length, blobId: blob, ...lfs };
		});
	}

	#send(bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
		const range = rangeOf(request.headers.range, bytes.length);
		const first = range === null || range === 'invalid' ? 0 : range.first;
		const { breakAfter, stallAfter, corrupt } = this.conduct;
		const rest = Buffer.from(bytes.subarray(first));
		if (corrupt) rest.writeUInt8(rest.readUInt8(100) ^ 1, 100);
		response.writeHead(range === null ? 200 : 206, { 'Content-Length': rest.length });
		const limit = breakAfter ?? stallAfter;
		if (limit === undefined || limit >= rest.length) {
			response.end(rest);
			return;
		}
		response.write(rest.subarray(0, limit), () => {
			if (breakAfter !== undefined) setTimeout(() => response.destroy(), 50);
		});
	}
}

/**
 * A test in a browser of its own, for which every address of the hub and its storage leads to a stand-in
 * on this machine. The app is the built one as it is: it asks for https://huggingface.co, under the
 * policies that it is served with.
 */
export const test = base.extend<{ readonly hub: StandInHub }>({
	hub: async ({}, use) => {
		const hub = new StandInHub();
		await use(hub);
		await hub.close();
	},
	context: async ({ hub, app }, use) => {
		const port = await hub.start();
		const hosts = [hubOrigin, ...hubFileOrigins].map((origin) => new URL(origin).host);
		const rules = hosts.map((host) => `MAP ${host}:443 127.0.0.1:${port}`).join(',');
		const browser = await chromium.launch({
			executablePath: requireChromium(),
			args: [
				...chromiumArguments(),
				`--host-resolver-rules=${rules}`,
				'--ignore-certificate-errors',
			],
		});
		const context = await browser.newContext({ baseURL: app.origin });
		await use(context);
		await browser.close();
	},
});
