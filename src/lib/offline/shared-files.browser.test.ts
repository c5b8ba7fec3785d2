import { afterEach, expect, test, vi } from 'vitest';
import { isShare, keepShared, sharedCacheName, takeShared } from './shared-files.ts';

const page = 'https://confab.example/app/';

afterEach(() => caches.delete(sharedCacheName));

function shared(...files: File[]): Request {
	const form = new FormData();
	form.append('title', 'a text that comes along');
	for (const file of files) form.append('files', file);
	return new Request(`${page}?share`, { method: 'POST', body: form });
}

test('what is shared is kept until the page that opens takes it, once', async () => {
	const request = shared(
		new File(['first'], 'talk 👩‍👩‍👧 100%.m4a', { type: 'audio/mp4' }),
		new File(['second'], 'talk 👩‍👩‍👧 100%.m4a', { type: 'audio/mp4' }),
	);
	expect(isShare(request, page)).toBe(true);
	const redirect = vi.spyOn(Response, 'redirect');
	await keepShared(caches, request, page);
	expect(redirect).toHaveBeenCalledWith(`${page}?shared=`, 303);
	const files = await takeShared(caches);
	expect(files.map(({ name, type }) => [name, type])).toEqual([
		['talk 👩‍👩‍👧 100%.m4a', 'audio/mp4'],
		['talk 👩‍👩‍👧 100%.m4a', 'audio/mp4'],
	]);
	expect(await Promise.all(files.map((file) => file.text()))).toEqual(['first', 'second']);
	expect(await takeShared(caches)).toEqual([]);
	expect(await caches.has(sharedCacheName)).toBe(false);
});

test('what nobody came for gives way to what is shared next', async () => {
	await keepShared(caches, shared(new File(['old'], 'old.wav')), page);
	await keepShared(caches, shared(new File(['new'], 'new.wav')), page);
	expect((await takeShared(caches)).map(({ name }) => name)).toEqual(['new.wav']);
});

test('where there is no room for it, the page says so, and nothing is left', async () => {
	const redirect = vi.spyOn(Response, 'redirect');
	const put = vi.spyOn(Cache.prototype, 'put');
	put.mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'));
	await keepShared(caches, shared(new File(['much'], 'long.wav')), page);
	expect(redirect).toHaveBeenLastCalledWith(`${page}?not-shared=`, 303);
	expect(await takeShared(caches)).toEqual([]);
	put.mockRestore();
});

test.each([
	['GET', `${page}?share`],
	['POST', page],
	['POST', `${page}elsewhere?share`],
	['POST', 'https://stranger.example/app/?share'],
])('a %s of %s is no share', (method, url) => {
	expect(isShare({ method, url }, page)).toBe(false);
});
