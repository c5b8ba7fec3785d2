import type { KeptFile } from '../offline/offline-protocol.ts';
import { offlineParts, type OfflinePart } from '../offline/offline-list.ts';
import type { OfflineClient } from './offline-client.ts';
import type { KeptText } from './settings.svelte.ts';

const key = 'confab.offline';

/** How much of one part is kept. */
export interface KeptPart {
	readonly part: OfflinePart;
	readonly keptBytes: number;
	readonly totalBytes: number;
}

interface Surroundings {
	readonly kept: KeptText | null;
	/** While this says so, nothing large is fetched: the work of the person comes first. */
	readonly busy: () => boolean;
	readonly wait: (milliseconds: number) => Promise<void>;
}

/** After this time with nothing to do the large files are fetched, so that they do not slow the first page. */
const restMilliseconds = 4000;

/** Whether and how far Confab works without the network. */
export class OfflineState {
	readonly #client: OfflineClient;
	readonly #with: Surroundings;
	#on = $state(true);
	#supported = $state<boolean | null>(null);
	#files = $state.raw<readonly KeptFile[]>([]);
	#going = $state.raw<{ readonly path: string; readonly doneBytes: number } | null>(null);
	#updateReady = $state(false);
	#error = $state.raw<unknown>(null);
	#stop = new AbortController();

	readonly parts: readonly KeptPart[] = $derived(
		offlineParts.map((part) => {
			const files = this.#files.filter((file) => file.part === part);
			const kept = files.filter((file) => file.kept);
			return { part, keptBytes: bytesOf(kept), totalBytes: bytesOf(files) };
		}),
	);
	readonly totalBytes = $derived(bytesOf(this.#files));
	/** Includes what has come of the file that is being fetched. */
	readonly keptBytes = $derived(
		bytesOf(this.#files.filter((file) => file.kept)) + (this.#going?.doneBytes ?? 0),
	);
	/** Everything this machine would use is kept. */
	readonly complete = $derived(this.#files.length > 0 && this.#files.every(({ kept }) => kept));

	constructor(client: OfflineClient, surroundings: Surroundings) {
		this.#client = client;
		this.#with = surroundings;
		try {
			this.#on = surroundings.kept?.getItem(key) !== 'off';
		} catch {
			// Nothing is remembered here.
		}
	}

	/** Whether the person wants it kept; so from the start, and remembered. */
	get on(): boolean {
		return this.#on;
	}

	/** Null until it is known. */
	get supported(): boolean | null {
		return this.#supported;
	}

	/** Whether large files are being fetched. */
	get filling(): boolean {
		return this.#going !== null;
	}

	/** A newer version waits for a reload. */
	get updateReady(): boolean {
		return this.#updateReady;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Has the app itself kept. Never rejects. */
	async start(): Promise<void> {
		if (!this.#on) return;
		await this.#attempt(async () => {
			this.#supported = await this.#client.start(() => (this.#updateReady = true));
			if (this.#supported) await this.#refresh();
		});
	}

	/** Fetches the large files when the page has come to rest, unless little traffic is wanted. Never rejects. */
	async fillAtLeisure(): Promise<void> {
		if (this.#supported !== true || this.#client.sparing()) return;
		const { signal } = this.#stop;
		await this.#with.wait(restMilliseconds);
		if (!signal.aborted) await this.fill();
	}

	/** Fetches the large files now. Never rejects. */
	async fill(): Promise<void> {
		await this.#attempt((signal) => this.#fill(signal));
	}

	/** Looks again what is kept. Never rejects. */
	async look(): Promise<void> {
		await this.#refresh().catch((thrown: unknown) => (this.#error = thrown));
	}

	async #refresh(): Promise<void> {
		const [status, wanted] = await Promise.all([this.#client.status(), this.#client.wanted()]);
		this.#files = (status?.files ?? []).filter(({ path, part }) => part === 'app' || wanted(path));
	}

	/** Keeps it from now on, or lets go of all of it. Never rejects. */
	async turn(on: boolean): Promise<void> {
		this.#on = on;
		try {
			this.#with.kept?.setItem(key, on ? 'on' : 'off');
		} catch {
			// It holds until the page is closed.
		}
		this.#stop.abort();
		this.#stop = new AbortController();
		if (on) {
			await this.start();
			await this.fill();
			return;
		}
		try {
			await this.#client.remove();
			this.#files = [];
			this.#updateReady = false;
			this.#error = null;
		} catch (thrown) {
			this.#error = thrown;
		}
	}

	/** Changes to the newer version. Never rejects. */
	async update(): Promise<void> {
		await this.#client.update().catch((thrown: unknown) => (this.#error = thrown));
	}

	/** What is stopped by the switch is no error. */
	async #attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
		this.#error = null;
		const { signal } = this.#stop;
		try {
			await work(signal);
		} catch (thrown) {
			if (!signal.aborted) this.#error = thrown;
		}
	}

	async #fill(signal: AbortSignal): Promise<void> {
		if (this.#going) return;
		try {
			for (const { path } of this.#files.filter(({ kept }) => !kept)) {
				while (this.#with.busy()) await this.#with.wait(restMilliseconds);
				signal.throwIfAborted();
				this.#going = { path, doneBytes: 0 };
				await this.#client.keepFile(path, {
					signal,
					onProgress: ({ done }) => (this.#going = { path, doneBytes: done }),
				});
				this.#going = { path, doneBytes: 0 };
				await this.#refresh();
				if (!this.#files.some((file) => file.path === path && file.kept)) {
					throw new Error(`The browser did not keep ${path}.`);
				}
			}
		} finally {
			this.#going = null;
		}
	}
}

function bytesOf(files: readonly KeptFile[]): number {
	return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
