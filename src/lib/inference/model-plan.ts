import type { Gpu } from './gpu.ts';
import type { Provider, ReadyModel } from './manifest.ts';
import { placeOf, type ModelChecks } from './model-checks.ts';
import { planProviders, type ProviderPolicy } from './provider-plan.ts';
import { mismatchWords, type CheckOutcome } from './self-check.ts';

/** Where a model is going to run, as far as that is known without loading it. */
export interface ModelPlan {
	readonly provider: Provider;
	readonly precision: string;
	/** Why there, one reason a line. */
	readonly why: readonly string[];
	/** The latest self-check there; null while there was none. */
	readonly check: (CheckOutcome & { readonly tolerance: number }) | null;
}

/**
 * Plans without loading: the first provider on which the model was not found wrong. `Inference.load`
 * decides the same way, and checks what nobody has checked.
 */
export async function planModel(
	model: ReadyModel,
	gpu: Gpu,
	checks: Pick<ModelChecks, 'remembered'>,
	policy: ProviderPolicy = 'automatic',
): Promise<ModelPlan> {
	const { precision } = model;
	const { providers, note } = planProviders(model, gpu, policy);
	const why = note === null ? [] : [note];
	if (!model.providers.includes('webgpu')) {
		why.push('small, or step by step: on a graphics processor it would gain nothing');
	}
	let plan: ModelPlan = { provider: 'wasm', precision, why, check: null };
	for (const provider of providers) {
		const outcome = await checks.remembered(model, placeOf(provider, gpu));
		const { tolerance } = model.check;
		const here = provider === 'webgpu' && gpu.available ? [`WebGPU works here: ${gpu.name}`] : [];
		plan = {
			provider,
			precision,
			why: [...why, ...here],
			check: outcome && { ...outcome, tolerance },
		};
		if (outcome?.passed !== false) break;
		why.push(mismatchWords(provider, outcome, tolerance));
	}
	return plan;
}
