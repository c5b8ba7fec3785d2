import { probeGpu } from '../inference/gpu.ts';
import { browserEnvironment } from '../inference/browser-environment.ts';
import { ModelChecks } from '../inference/model-checks.ts';
import { ModelFiles } from '../inference/model-files.ts';
import { planModel } from '../inference/model-plan.ts';
import { ServedModels } from '../inference/served-models.ts';
import { AvsrShelf } from '../recognisers/avsr/avsr-shelf.ts';
import { offers } from '../recognisers/offers.ts';
import { WhisperShelf } from '../recognisers/whisper/whisper-shelf.ts';
import type { ModelsClient, PlanInfo } from '../state/models-client.ts';
import type { Store } from '../store/index.ts';
import { ModelShelf, type ShelvedModel } from '../store/shelf/model-shelf.ts';
import { ConfabError } from '../support/errors.ts';
import type { OnProgress, SlowOptions } from '../support/progress.ts';
import { AddedVoices } from '../workers/added-voices.ts';
import type { InferenceApi } from '../workers/inference.worker.ts';
import type { ModelsApi } from '../workers/models.worker.ts';
import { proxy, type WorkerHandle } from '../workers/rpc/index.ts';
import { parseSpeed, speedKey, type Speed } from '../workers/speed-log.ts';
import { hubDownload } from './hub-download.ts';
import { offerInfo, shippedInfos } from './model-infos.ts';
import { planOffer } from './offer-plan.ts';

interface Parts {
	/** Absolute address of the app, with a slash at its end. */
	readonly base: string;
	readonly store: () => Promise<Store>;
	readonly inference: WorkerHandle<InferenceApi>;
	/** Asks the browser to keep what is stored. */
	readonly persist: () => Promise<boolean>;
}

/** What the screens ask about models: the catalogue beside the app, and the shelf in the browser. */
export function createModelsClient(
	{ base, store, inference, persist }: Parts,
	models: WorkerHandle<ModelsApi>,
): ModelsClient {
	const served = new ServedModels((path, signal) =>
		fetch(`${base}models/${path}`, signal ? { signal } : {}),
	);
	const shelf = new ModelShelf();

	let calls = 0;
	/** Ends the worker when nobody uses it: a conversion leaves hundreds of megabytes behind. */
	const withWorker = async <T>(
		use: Parameters<typeof models.call<T>>[0],
		signal?: AbortSignal,
	): Promise<T> => {
		calls += 1;
		try {
			return await models.call(use, signal);
		} finally {
			calls -= 1;
			if (calls === 0) await models.terminate();
		}
	};

	return {
		models: async () => {
			const [entries, recognisers, shelved] = await Promise.all([
				served.entries(),
				served.recognisers(),
				shelvedModels(shelf),
			]);
			return [
				...shippedInfos(entries, `${base}models/`),
				...offers.map((offer) => offerInfo(offer, shelved, recognisers)),
			];
		},

		plans: async () => {
			const [entries, gpu, { checks }, shelved] = await Promise.all([
				served.entries(),
				probeGpu(navigator.gpu),
				store(),
				shelvedModels(shelf),
			]);
			const sources = [new AvsrShelf(shelf), new WhisperShelf(shelf), new AddedVoices(shelf)];
			const known = new ModelChecks(checks, browserEnvironment(navigator));
			const speedOf = async (id: string): Promise<Speed | null> =>
				parseSpeed(await checks.get(speedKey(id)).catch(() => undefined));
			const plans = new Map<string, PlanInfo>();
			for (const entry of entries) {
				if (entry.status !== 'ready') continue;
				const plan = await planModel(entry, gpu, known);
				plans.set(entry.id, { ...plan, kind: null, speed: await speedOf(entry.id) });
			}
			for (const offer of offers) {
				const plan = await planOffer(offer, { gpu, checks: known, shelved, sources });
				plans.set(offer.id, { ...plan, speed: await speedOf(offer.id) });
			}
			return plans;
		},

		checkModel: (id, { signal = new AbortController().signal }) =>
			inference.call((worker) => worker.check(id, signal), signal),

		verifyModel: async (id, shelfId, options) =>
			shelfId === null
				? verifyServed(served, id, options)
				: ((await withProgress(options, (onProgress, signal) =>
						withWorker((worker) => worker.verify(shelfId, onProgress, signal), signal),
					)) ?? []),

		downloadModel: async (offer, kind, options) => {
			await persist();
			const start = (): Worker =>
				new Worker(new URL('../workers/download.worker.ts', import.meta.url), { type: 'module' });
			await hubDownload(start, offer, kind, options);
		},

		addModel: async (offer, kinds, files, options) => {
			await persist();
			await withProgress(options, (onProgress, signal) =>
				withWorker((worker) => worker.add(offer, kinds, files, onProgress, signal), signal),
			);
		},

		deleteModel: (id) => withWorker((worker) => worker.remove(id)),
	};
}

/** A browser that keeps no files has an empty shelf. */
async function shelvedModels(shelf: ModelShelf): Promise<readonly ShelvedModel[]> {
	try {
		return await shelf.list();
	} catch (error) {
		if (error instanceof DOMException) return [];
		throw error;
	}
}

function withProgress<T>(
	{ onProgress, signal = new AbortController().signal }: SlowOptions,
	call: (onProgress: OnProgress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
	return call(
		proxy<OnProgress>((progress) => onProgress?.(progress)),
		signal,
	);
}

/** Reads all files of a model that comes with the app again. */
async function verifyServed(
	served: ServedModels,
	id: string,
	options: SlowOptions,
): Promise<readonly string[]> {
	const files = new ModelFiles([served]);
	const damaged: string[] = [];
	const model = await files.ready(id);
	for (const [role, file] of Object.entries(model.files)) {
		try {
			await files.read(id, role, options);
		} catch (error) {
			if (!(error instanceof ConfabError) || error.code !== 'ModelMismatch') throw error;
			damaged.push(file.path);
		}
	}
	return damaged;
}
