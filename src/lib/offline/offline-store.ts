import { messageOf } from '../support/errors.ts';
import { inRange } from './byte-range.ts';
import type { OfflineFile, OfflineList } from './offline-list.ts';
import type { OfflineStatus } from './offline-protocol.ts';
import { sharedCacheName } from './shared-files.ts';

const appCachePrefix = 'confab-app-';
const largeCacheName = 'confab-large';

/** Whose name holds its hash: it is the same in every version that has it. */
const immutableFolder = '_app/immutable/';

/** As much of the browser as keeping needs. */
export interface OfflineSurroundings {
	readonly caches: CacheStorage;
	readonly fetch: (request: Request) => Promise<Response>;
	/** Where the app is served, with a slash at its end. */
	readonly base: string;
}

/**
 * The app's own files, kept byte for byte with the headers that they came with, so that a kept page is as
 * isolated and a kept worker as bound as a served one. A file that is not what the list says is passed
 * on and not kept. Nothing outside the list is ever kept or touched, other origins least of all.
 */
export class OfflineStore {
	readonly #with: OfflineSurroundings;
	readonly #list: OfflineList;
	readonly #files: ReadonlyMap<string, OfflineFile>;
	readonly #base: URL;

	constructor(list: OfflineList, surroundings: OfflineSurroundings) {
		this.#with = surroundings;
		this.#list = list;
		this.#files = new Map(list.files.map((file) => [file.path, file]));
		this.#base = new URL(surroundings.base);
	}

	/**
	 * Keeps the app itself, all of it or nothing.
	 *
	 * @throws Error when a file cannot be had as the list says.
	 */
	async install(): Promise<void> {
		const cache = await this.#with.caches.open(this.#appCache);
		const files = this.#list.files.filter(({ part }) => part === 'app');
		await Promise.all(
			files.map(async (file) => {
				const address = this.#addressOf(file);
				if (await cache.match(address)) return;
				const mode = file.path.startsWith(immutableFolder) ? 'default' : 'no-cache';
				const response = await this.#with.fetch(new Request(address, { cache: mode }));
				const kept = await this.#checked(file, response);
				if (!kept) throw new Error(`${file.path} is not what this version lists`);
				await cache.put(address, kept);
			}),
		);
	}

	/**
	 * Lets go of what no version needs: the one before this is kept for tabs that are still of it, and goes
	 * with the next.
	 */
	async tidy(): Promise<void> {
		const { caches } = this.#with;
		const earlier = (await caches.keys()).filter(
			(name) => name.startsWith(appCachePrefix) && name !== this.#appCache,
		);
		await Promise.all(earlier.slice(0, -1).map((name) => caches.delete(name)));
		const large = await caches.open(largeCacheName);
		const wanted = new Set(this.#list.files.map((file) => this.#keyOf(file)));
		for (const { url } of await large.keys()) if (!wanted.has(url)) await large.delete(url);
	}

	/**
	 * The answer to a request of a page or a worker, or null for one that is none of ours.
	 *
	 * @param later is given what goes on after the answer
	 */
	respond(request: Request, later: (work: Promise<unknown>) => void): Promise<Response> | null {
		if (request.method !== 'GET') return null;
		const { origin, pathname } = new URL(request.url);
		if (origin !== this.#base.origin || !pathname.startsWith(this.#base.pathname)) return null;
		const path = decoded(pathname.slice(this.#base.pathname.length));
		if (path === null) return null;
		const file = this.#files.get(path) ?? this.#pageAt(path, request.mode === 'navigate');
		if (file) return this.#answer(file, request, later);
		return path.startsWith(immutableFolder) ? this.#answerOfAnother(request) : null;
	}

	/** Which files are kept. */
	async status(): Promise<OfflineStatus> {
		const { caches } = this.#with;
		const names = (await this.#keeping()) ? [this.#appCache, largeCacheName] : [];
		const [app = [], large = []] = await Promise.all(
			names.map((name) => caches.open(name).then((cache) => cache.keys())),
		);
		const kept = new Set([...app, ...large].map(({ url }) => url));
		return {
			version: this.#list.version,
			files: this.#list.files.map((file) => ({ ...file, kept: kept.has(this.#keyOf(file)) })),
		};
	}

	/** False once a person has it let go: the worker goes on for open pages, and must not begin again. */
	#keeping(): Promise<boolean> {
		return this.#with.caches.has(this.#appCache);
	}

	get #appCache(): string {
		return `${appCachePrefix}${this.#list.version}`;
	}

	/** Every page of the app is the same document, as the server has it. */
	#pageAt(path: string, navigated: boolean): OfflineFile | undefined {
		const last = path.split('/').at(-1) ?? '';
		return path === '' || (navigated && !last.includes('.'))
			? this.#files.get('index.html')
			: undefined;
	}

	/** Where a file is asked for: the document at the app's address, which no host redirects. */
	#addressOf({ path }: OfflineFile): string {
		const encoded = path.split('/').map(encodeURIComponent).join('/');
		return new URL(path === 'index.html' ? '' : encoded, this.#base).href;
	}

	/** What a file is kept under: a large one may be another in the next version. */
	#keyOf(file: OfflineFile): string {
		const address = this.#addressOf(file);
		return file.part === 'app' ? address : `${address}?${file.sha256}`;
	}

	async #answer(
		file: OfflineFile,
		request: Request,
		later: (work: Promise<unknown>) => void,
	): Promise<Response> {
		const { caches, fetch } = this.#with;
		if (!(await this.#keeping())) return fetch(request);
		const cache = await caches.open(file.part === 'app' ? this.#appCache : largeCacheName);
		const key = this.#keyOf(file);
		const range = request.headers.get('range');
		const kept = await cache.match(key);
		if (kept) return inRange(kept, range);
		const response = await fetch(request);
		// A part of it is not enough to know whether it is the right one.
		if (range === null && response.status === 200) {
			const copy = response.clone();
			// Not being able to keep it is no reason to fail: what is kept is told by `status`.
			later(this.#keep(cache, key, file, copy).catch(() => undefined));
		}
		return response;
	}

	async #keep(cache: Cache, key: string, file: OfflineFile, response: Response): Promise<void> {
		const checked = await this.#checked(file, response);
		if (checked) await cache.put(key, checked);
	}

	/** A chunk of the version before, for a tab that is still of it. */
	async #answerOfAnother(request: Request): Promise<Response> {
		return (await this.#with.caches.match(request.url)) ?? this.#with.fetch(request);
	}

	/** A copy to keep, or null when the bytes are not those of the list. @throws Error when cut short. */
	async #checked(file: OfflineFile, response: Response): Promise<Response | null> {
		if (response.status !== 200) {
			throw new Error(`${file.path} could not be fetched (status ${response.status})`);
		}
		const bytes = await response.arrayBuffer().catch((error: unknown) => {
			throw new Error(`${file.path} was cut short: ${messageOf(error)}`);
		});
		if (bytes.byteLength !== file.bytes || (await sha256Of(bytes)) !== file.sha256) return null;
		const headers = new Headers(response.headers);
		// The bytes are kept as they are unpacked.
		headers.delete('Content-Encoding');
		headers.set('Content-Length', String(bytes.byteLength));
		return new Response(bytes, { headers });
	}
}

/** Deletes everything that is kept, of whatever version. */
export async function letGo(caches: CacheStorage): Promise<void> {
	const ours = (await caches.keys()).filter(
		(name) =>
			name.startsWith(appCachePrefix) || name === largeCacheName || name === sharedCacheName,
	);
	await Promise.all(ours.map((name) => caches.delete(name)));
}

function decoded(path: string): string | null {
	try {
		return decodeURIComponent(path);
	} catch {
		return null;
	}
}

async function sha256Of(bytes: ArrayBuffer): Promise<string> {
	const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
