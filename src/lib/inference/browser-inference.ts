import { browserEnvironment } from './browser-environment.ts';
import { probeGpu } from './gpu.ts';
import { Inference } from './inference.ts';
import { ModelFiles } from './model-files.ts';
import type { ModelSource } from './model-source.ts';
import type { ProviderPolicy } from './provider-plan.ts';
import { loadRuntime, threadCount } from './runtime.ts';
import { ServedModels } from './served-models.ts';
import type { CheckMemory } from './self-check.ts';

export interface BrowserInferenceOptions {
	/** Absolute address that holds `models/` and `runtime/`, with a slash at its end. */
	readonly base: string;
	readonly checks: CheckMemory;
	readonly policy?: ProviderPolicy;
	/** Where else models come from; asked before the models that are served. */
	readonly sources?: readonly ModelSource[];
	/** Gets model files; the worker's `fetch` by default. */
	readonly fetch?: typeof fetch;
}

/** Inference in a page or, better, a worker of it: files and runtimes from our own origin. */
export function createBrowserInference(options: BrowserInferenceOptions): Inference {
	const { base, checks, policy = 'automatic', sources = [] } = options;
	const get = options.fetch ?? ((input: string, init?: RequestInit) => fetch(input, init));
	const threads = threadCount(navigator.hardwareConcurrency, crossOriginIsolated);
	const served = new ServedModels((path, signal) =>
		get(`${base}models/${path}`, signal ? { signal } : {}),
	);
	return new Inference({
		files: new ModelFiles([...sources, served]),
		loadRuntime: (kind) => loadRuntime(kind, { folder: `${base}runtime/ort/`, threads }),
		probeGpu: () => probeGpu(navigator.gpu, { allowSoftware: policy === 'webgpu' }),
		checks,
		environment: browserEnvironment(navigator),
		policy,
	});
}
