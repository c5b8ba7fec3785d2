import type { RunSettings } from '$lib/domain/settings.ts';
import type { AppState } from '$lib/state/app-state.svelte.ts';
import type { ListFiles } from '$lib/state/intake.svelte.ts';
import { ConfabError } from '$lib/support/errors.ts';
import { openFirstPage, openJob } from './addresses.ts';

/**
 * Takes a drop and shows its first session at work, or the cards of its recordings. What was refused shows up on every page.
 *
 * @param shownId session whose result is looked at: its recordings are taken to be played, without a run
 */
export async function take(
	app: AppState,
	list: ListFiles,
	{ fixed = {}, shownId = null }: { fixed?: Partial<RunSettings>; shownId?: string | null } = {},
): Promise<void> {
	const before = app.pending.all.length;
	const [first] = await app.intake.take(list, fixed, shownId);
	if (first) await openJob(first.id);
	else if (app.pending.all.length > before) await openFirstPage();
}

/** Takes files that the operating system opens with the installed app, where it can. */
export function takeOpenedFiles(onFiles: (list: ListFiles) => void): void {
	// Not every browser has it, and TypeScript does not know it.
	const queue: unknown = Reflect.get(window, 'launchQueue');
	if (typeof queue !== 'object' || queue === null) return;
	const setConsumer: unknown = Reflect.get(queue, 'setConsumer');
	if (typeof setConsumer !== 'function') return;
	Reflect.apply(setConsumer, queue, [
		({ files }: { readonly files: readonly FileSystemFileHandle[] }) => {
			if (files.length === 0) return;
			onFiles(async () => ({
				files: await Promise.all(
					files.map(async (handle) => ({ path: handle.name, file: await handle.getFile() })),
				),
				problems: [],
			}));
		},
	]);
}

/**
 * Takes files that another app shared with the installed one: the service worker has them, and the address
 * says so (`offline/shared-files.ts`).
 */
export async function takeSharedFiles(onFiles: (list: ListFiles) => void): Promise<void> {
	const asked = new URL(window.location.href).searchParams;
	if (!asked.has('shared') && !asked.has('not-shared')) return;
	// Not part of what the first page loads.
	const { takeShared } = await import('$lib/offline/shared-files.ts');
	const files = await takeShared(window.caches);
	await openFirstPage();
	if (files.length > 0) {
		onFiles(() => ({ files: files.map((file) => ({ path: file.name, file })), problems: [] }));
	} else if (asked.has('not-shared')) {
		const message = 'What was shared did not fit. Choose the file on this page instead.';
		onFiles(() => Promise.reject(new ConfabError('StorageFull', message)));
	}
}
