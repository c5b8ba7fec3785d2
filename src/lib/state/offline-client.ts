import type { OfflineStatus } from '../offline/offline-protocol.ts';
import type { SlowOptions } from '../support/progress.ts';

/** What the screens ask about work without the network. */
export interface OfflineClient {
	/**
	 * Has the browser keep the app from now on; resolves when the app itself is kept.
	 *
	 * @param onUpdate called when a newer version is there and waits for a reload
	 * @returns false where the browser keeps nothing: no service worker, or an address without encryption
	 */
	start(onUpdate: () => void): Promise<boolean>;
	/** What is kept; null when nothing is. */
	status(): Promise<OfflineStatus | null>;
	/** Which files this machine would use: of the runtimes it is one. */
	wanted(): Promise<(path: string) => boolean>;
	/** Gets a file, which keeps it. @throws Error when it cannot be had. */
	keepFile(path: string, options: SlowOptions): Promise<void>;
	/** Whether the person has asked for little traffic. */
	sparing(): boolean;
	/** Changes to the newer version, in this page and every other one. */
	update(): Promise<void>;
	/** Lets go of everything kept; the page goes on as it is. */
	remove(): Promise<void>;
}
