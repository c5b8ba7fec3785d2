import type { Gpu } from './gpu.ts';
import type { ModelFiles } from './model-files.ts';
import type { ProviderPolicy } from './provider-plan.ts';
import type { Runtime, RuntimeKind } from './runtime.ts';
import type { CheckMemory } from './self-check.ts';

/** What an `Inference` is made of. */
export interface InferenceOptions {
	readonly files: ModelFiles;
	readonly loadRuntime: (kind: RuntimeKind) => Promise<Runtime>;
	readonly probeGpu: () => Promise<Gpu>;
	/** Remembers which model has been found right on which provider. */
	readonly checks: CheckMemory;
	/** The runtime and the browser, with their versions: outcomes hold for these alone. */
	readonly environment: string | Promise<string>;
	readonly policy?: ProviderPolicy;
}
