import { inject } from 'vitest';
import { commands } from 'vitest/browser';

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
	const name = path.split('/').at(-1) ?? path;
	const address = `${inject('sharedFolder') ?? ''}/${path}`;
	// The server would take an MPEG transport stream for TypeScript.
	if (path.endsWith('.ts')) {
		const text = await commands.readFile(address, 'base64');
		return new File([Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0))], name);
	}
	const response = await fetch(`/@fs${address}`);
	if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
	return new File([await response.blob()], name);
}
