import type { Gpu } from '../inference/gpu.ts';
import { placeOf, type ModelChecks } from '../inference/model-checks.ts';
import { mismatchWords } from '../inference/self-check.ts';
import { parseAddedModel } from '../recognisers/added-model.ts';
import { graphId, type AvsrShelf } from '../recognisers/avsr/avsr-shelf.ts';
import { graphNames } from '../recognisers/avsr/references.ts';
import { kindFor, type Offer, type OfferKind } from '../recognisers/offers.ts';
import type { PlanInfo } from '../state/models-client.ts';
import type { ShelvedModel } from '../store/shelf/model-shelf.ts';

interface Known {
	readonly gpu: Gpu;
	readonly checks: Pick<ModelChecks, 'remembered'>;
	/** All that is on the shelf. */
	readonly shelved: readonly ShelvedModel[];
	/** The same shelf, as the inference reads it. */
	readonly graphs: Pick<AvsrShelf, 'find'>;
}

/** Where a model that can be added is going to run: what is here of it, else what suits the machine. */
export async function planOffer(offer: Offer, known: Known): Promise<Omit<PlanInfo, 'speed'>> {
	const { gpu, shelved } = known;
	const halfPrecision = gpu.available && gpu.halfPrecision;
	const suits = kindFor(offer, { usable: gpu.available, halfPrecision });
	const why = gpu.available
		? [
				`WebGPU works here: ${gpu.name}`,
				halfPrecision ? 'it computes in half precision' : 'it cannot compute in half precision',
			]
		: [`not on the GPU: ${gpu.reason}`];
	const here = shelved.flatMap((model) => {
		const about = parseAddedModel(model.about);
		const kind = about?.offer === offer.id && model.complete ? offer.kindOf(about) : null;
		return kind === null ? [] : [{ kind, id: model.id }];
	});
	const runs = ({ needs }: OfferKind): boolean =>
		needs === 'anything' || (gpu.available && (needs === 'gpu' || halfPrecision));
	const form =
		offer.kinds.filter(runs).find(({ kind }) => here.some((one) => one.kind === kind)) ?? suits;
	if (form !== suits) why.push(`this form is what is here: ${suits.precision} would suit better`);
	const provider = form.needs === 'anything' ? 'wasm' : 'webgpu';
	const id = here.find(({ kind }) => kind === form.kind)?.id;
	const check = id === undefined ? null : await checkOf(id, form.kind, provider, known);
	if (check?.passed === false) why.push(mismatchWords(provider, check, check.tolerance));
	return { provider, precision: form.precision, why, check, kind: suits.kind };
}

/** The worst of what was found of its graphs, as far as they were checked. */
async function checkOf(
	entry: string,
	kind: string,
	provider: PlanInfo['provider'],
	{ gpu, checks, graphs }: Known,
): Promise<PlanInfo['check']> {
	const half = kind === 'fp16' || (kind === 'q4' && gpu.available && gpu.halfPrecision);
	const arithmetic = half ? 'float16' : 'float32';
	let worst: PlanInfo['check'] = null;
	for (const graph of graphNames) {
		// What cannot be read is told when it is used.
		const model = await graphs
			.find(graphId(entry, graph, { arithmetic, provider }))
			.catch(() => null);
		const found = model && (await checks.remembered(model, placeOf(provider, gpu)));
		if (!model || !found) continue;
		if (worst && worst.deviation >= found.deviation && worst.passed <= found.passed) continue;
		worst = { ...found, tolerance: model.check.tolerance };
	}
	return worst;
}
