import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { navigating } from '$app/state';
import type { ResolvedPathname } from '$app/types';
import type { Addresses } from '$lib/ui/common/addresses.ts';

export const addresses: Addresses = {
	first: () => resolve('/'),
	models: () => resolve('/(app)/models'),
	compare: () => resolve('/(app)/compare'),
	privacy: () => resolve('/(app)/privacy'),
	library: () => resolve('/(app)/library'),
	job: (id) => resolve('/(app)/job/[id]', { id }),
	session: (id) => resolve('/(app)/session/[id]', { id }),
};

export async function openFirstPage(): Promise<void> {
	await goto(resolve('/'));
}

export async function openJob(id: string): Promise<void> {
	await goto(resolve('/(app)/job/[id]', { id }));
}

export async function openSession(id: string): Promise<void> {
	await goto(resolve('/(app)/session/[id]', { id }));
}

/** Shows a result in place of the page of the job that one waited for. */
export async function openResult(id: string, jobId: string): Promise<void> {
	if (leaving(addresses.job(jobId))) return;
	await goto(resolve('/(app)/session/[id]', { id }), { replaceState: true });
}

/** Changes what of the library the address points to, without leaving it. */
export async function changeLibraryQuery(query: URLSearchParams): Promise<void> {
	await changeAddress(resolve(`/library?${query.toString()}`));
}

/** Changes where in a result the address points, without leaving it. */
export async function changeQuery(id: string, query: URLSearchParams): Promise<void> {
	const text = query.toString();
	await changeAddress(
		resolve(`/session/${encodeURIComponent(id)}${text === '' ? '' : `?${text}`}`),
	);
}

async function changeAddress(address: ResolvedPathname): Promise<void> {
	if (leaving(address)) return;
	await goto(address, { replaceState: true, keepFocus: true, noScroll: true });
}

/** Whether somebody is on the way to another page than this: a change of the address would call them back. */
function leaving(address: string): boolean {
	const { to } = navigating;
	return to !== null && to.url.pathname !== new URL(address, location.href).pathname;
}
