/*
 * Files that another app shares with the installed one come as a form that is posted to it (static/manifest.
 * webmanifest, `share_target`). There is no server to take them: the service worker keeps them until the page
 * that opens asks for them, moments later.
 */

export const sharedCacheName = 'confab-shared';

/** What the manifest names the files' field of the form. */
const field = 'files';

/**
 * Whether a request is what the system sends with shared files.
 *
 * @param page address of the app, with a slash at its end
 */
export function isShare({ method, url }: Pick<Request, 'method' | 'url'>, page: string): boolean {
	return method === 'POST' && url === `${page}?share`;
}

/**
 * Keeps what was shared, in place of what nobody came for, and sends the browser to the page that takes it.
 *
 * @param page address of the app, with a slash at its end
 */
export async function keepShared(
	caches: CacheStorage,
	request: Request,
	page: string,
): Promise<Response> {
	let outcome = 'shared';
	try {
		const form = await request.formData();
		await caches.delete(sharedCacheName);
		const cache = await caches.open(sharedCacheName);
		for (const [index, entry] of form.getAll(field).entries()) {
			if (typeof entry === 'string') continue;
			const address = new URL(`shared/${String(index)}`, page);
			address.searchParams.set('name', entry.name);
			const headers = { 'Content-Type': entry.type, 'Content-Length': String(entry.size) };
			await cache.put(address.href, new Response(entry, { headers }));
		}
	} catch {
		// The disk is full, most likely: the page says so, and how else to get the files in.
		await caches.delete(sharedCacheName);
		outcome = 'not-shared';
	}
	const target = new URL(page);
	target.searchParams.set(outcome, '');
	return Response.redirect(target.href, 303);
}

/** Takes what was shared out of its place. @returns none where nothing was */
export async function takeShared(caches: CacheStorage): Promise<readonly File[]> {
	if (!(await caches.has(sharedCacheName))) return [];
	const cache = await caches.open(sharedCacheName);
	const files: File[] = [];
	for (const { url } of await cache.keys()) {
		const response = await cache.match(url);
		if (!response) continue;
		const blob = await response.blob();
		const name = new URL(url).searchParams.get('name') ?? 'shared';
		files.push(new File([blob], name, { type: blob.type }));
	}
	await caches.delete(sharedCacheName);
	return files;
}
