import type { Gpu } from './gpu.ts';
import type { Provider, ReadyModel } from './manifest.ts';

/**
 * `automatic`: the GPU for models that gain from it, where there is one. `wasm`: never the GPU.
 * `webgpu`: the GPU before all else for every model, even software that calls itself one (tests).
 */
export type ProviderPolicy = 'automatic' | 'wasm' | 'webgpu';

/** Providers to try in order, and why the first choice is not among them when it is not. */
export interface ProviderPlan {
	readonly providers: readonly Provider[];
	readonly note: string | null;
}

/** Decides where a model is tried: by the catalogue's preference, and by what is there. */
export function planProviders(
	model: Pick<ReadyModel, 'precision'> & { readonly providers: readonly Provider[] },
	gpu: Gpu,
	policy: ProviderPolicy,
): ProviderPlan {
	if (policy === 'wasm') return { providers: ['wasm'], note: null };
	const preferred =
		policy === 'webgpu'
			? ['webgpu' as const, ...model.providers.filter((provider) => provider !== 'webgpu')]
			: model.providers;
	if (!preferred.includes('webgpu')) return { providers: preferred, note: null };
	const obstacle = obstacleOf(model, gpu);
	if (obstacle === null) return { providers: preferred, note: null };
	const left = preferred.filter((provider) => provider !== 'webgpu');
	return { providers: left, note: preferred[0] === 'webgpu' ? obstacle : null };
}

function obstacleOf({ precision }: Pick<ReadyModel, 'precision'>, gpu: Gpu): string | null {
	if (!gpu.available) return `not on the GPU: ${gpu.reason}`;
	if (precision === 'fp16' && !gpu.halfPrecision) {
		return 'not on the GPU: it cannot compute in half precision';
	}
	return null;
}
