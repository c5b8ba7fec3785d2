import { expose, releaseProxy, type Remote } from 'comlink';
import type { DroppedFile } from '../formats/index.ts';
import { probeGpu } from '../inference/gpu.ts';
import { loadRuntime, threadCount } from '../inference/runtime.ts';
import { keepReferences } from '../recognisers/avsr/keep-references.ts';
import { ModelShelf } from '../store/shelf/model-shelf.ts';
import { present } from '../support/assert.ts';
import type { OnProgress, SlowOptions } from '../support/progress.ts';
import { reportRequests } from '../support/request-report.ts';
import { addOffer } from './add-offer.ts';
import { installTransferHandlers } from './rpc/transfer-handlers.ts';

/** What the models worker answers to. It reaches the app's own origin alone. */
export interface ModelsApi {
	/** Must come first: `base` is the app's address. */
	connect(base: string): void;
	/** See `ModelShelf.verify`. */
	verify(
		id: string,
		onProgress: OnProgress,
		signal: AbortSignal,
	): Promise<readonly string[] | null>;
	/** See `ModelShelf.remove`. */
	remove(id: string): Promise<void>;
	/** See `addOffer`. */
	add(
		offer: string,
		kinds: readonly string[],
		files: readonly DroppedFile[],
		onProgress: OnProgress,
		signal: AbortSignal,
	): Promise<void>;
}

class ModelsService implements ModelsApi {
	readonly #shelf = new ModelShelf();
	#base: string | null = null;

	connect(base: string): void {
		this.#base = base;
	}

	async verify(
		...[id, onProgress, signal]: Parameters<ModelsApi['verify']>
	): Promise<readonly string[] | null> {
		return releasing(onProgress, this.#shelf.verify(id, { onProgress, signal }));
	}

	remove(id: string): Promise<void> {
		return this.#shelf.remove(id);
	}

	add(...[offer, kinds, files, onProgress, signal]: Parameters<ModelsApi['add']>): Promise<void> {
		return releasing(
			onProgress,
			addOffer(this.#shelf, offer, kinds, files, {
				onProgress,
				signal,
				check: (id, options) => this.#check(id, options),
			}),
		);
	}

	async #check(id: string, options: SlowOptions): Promise<void> {
		const folder = `${present(this.#base, 'The address of the app')}runtime/ort/`;
		const threads = threadCount(navigator.hardwareConcurrency, crossOriginIsolated);
		const [runtime, gpu] = await Promise.all([
			loadRuntime('wasm', { folder, threads }),
			probeGpu(navigator.gpu),
		]);
		await keepReferences(id, { shelf: this.#shelf, runtime, gpu }, options);
	}
}

/** Frees a callback that lives on another thread once the work is done. */
async function releasing<T>(callback: OnProgress, work: Promise<T>): Promise<T> {
	try {
		return await work;
	} finally {
		(callback as unknown as Remote<() => void>)[releaseProxy]();
	}
}

reportRequests('models');
installTransferHandlers();
expose(new ModelsService());
