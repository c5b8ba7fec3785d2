import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import type { Addresses } from '$lib/ui/common/addresses.ts';

export const addresses: Addresses = {
	first: () => resolve('/'),
	models: () => resolve('/(app)/models'),
	job: (id) => resolve('/(app)/job/[id]', { id }),
	session: (id) => resolve('/(app)/session/[id]', { id }),
};

export async function openJob(id: string): Promise<void> {
	await goto(resolve('/(app)/job/[id]', { id }));
}

/** Shows a result in place of the page that one waited on. */
export async function openResult(id: string): Promise<void> {
	await goto(resolve('/(app)/session/[id]', { id }), { replaceState: true });
}

/** Changes one part of a result's address without leaving it; null takes it away. */
export async function changeAddress(
	url: URL,
	id: string,
	name: 't' | 'speaker',
	value: string | null,
): Promise<void> {
	const query = new URLSearchParams(url.search);
	if (value === null) query.delete(name);
	else query.set(name, value);
	await goto(resolve(`/session/${encodeURIComponent(id)}?${query.toString()}`), {
		replaceState: true,
		keepFocus: true,
		noScroll: true,
	});
}
