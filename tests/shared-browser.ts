import { inject } from 'vitest';

declare module 'vitest' {
	interface ProvidedContext {
		/** Folder of the shared recordings on the machine that serves the tests, or null. */
		readonly sharedFolder: string | null;
	}
}

/** Whether the shared recordings are here. Tests that need them are skipped where they are not. */
export const hasSharedFiles = inject('sharedFolder') !== null;

/** One of the shared files. */
export async function sharedFile(path: string): Promise<File> {
	const response = await fetch(`/@fs${inject('sharedFolder') ?? ''}/${path}`);
	if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
	return new File([await response.blob()], path.split('/').at(-1) ?? path);
}
