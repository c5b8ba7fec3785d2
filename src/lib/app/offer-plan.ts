import type { Gpu } from '../inference/gpu.ts';
import type { ReadyModel } from '../inference/manifest.ts';
import { placeOf, type ModelChecks } from '../inference/model-checks.ts';
import { mismatchWords } from '../inference/self-check.ts';
import { type AddedModel, parseAddedModel } from '../recognisers/added-model.ts';
import { graphId } from '../recognisers/avsr/avsr-shelf.ts';
import { graphNames } from '../recognisers/avsr/references.ts';
import { waysOf } from '../recognisers/avsr/ways.ts';
import { kindFor, type Offer, precisionOf, precisionWords } from '../recognisers/offers.ts';
import { placesOf } from '../recognisers/whisper/offers.ts';
import { graphId as whisperGraphId, graphParts } from '../recognisers/whisper/whisper-shelf.ts';
import type { PlanInfo } from '../state/models-client.ts';
import type { ShelvedModel } from '../store/shelf/model-shelf.ts';

interface Known {
	readonly gpu: Gpu;
	readonly checks: Pick<ModelChecks, 'remembered'>;
	/** All that is on the shelf. */
	readonly shelved: readonly ShelvedModel[];
	/** The same shelf, as the inference reads it. */
	readonly sources: readonly { find(id: string): Promise<ReadyModel | null> }[];
}

/** One way to run what can be added, as its family runs it. */
interface Way {
	readonly provider: PlanInfo['provider'];
	/** As people say it. */
	readonly precision: string;
	/** Ids of the graphs that are checked when it is loaded; none where it is taken as it is. */
	readonly checked: readonly string[];
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
	const here = shelved.flatMap(({ about, complete }) => {
		const added = parseAddedModel(about);
		return added?.offer === offer.id && complete ? [added] : [];
	});
	const waysHere = waysTo(offer, here, gpu);
	const ways = waysHere.length > 0 ? waysHere : waysTo(offer, [offer.about(suits.kind, null)], gpu);
	if (waysHere.length > 0 && !here.some((about) => offer.kindOf(about) === suits.kind)) {
		why.push(`this form is what is here: ${suits.precision} would suit better`);
	}
	let plan: Pick<PlanInfo, 'provider' | 'precision' | 'check'> = {
		...suits,
		provider: 'wasm',
		check: null,
	};
	let unchecked = false;
	// As a run does: what was found wrong gives way to the next.
	for (const { provider, precision, checked } of ways) {
		const check = await checkOf(checked, provider, known);
		plan = { provider, precision, check };
		unchecked = checked.length === 0;
		if (check?.passed !== false) break;
		why.push(mismatchWords(provider, check, check.tolerance));
	}
	const { provider, precision, check } = plan;
	return { provider, precision, why, check, kind: suits.kind, ...(unchecked && { unchecked }) };
}

/** The ways to run these forms of an offer here, the best first. */
function waysTo(offer: Offer, forms: readonly AddedModel[], gpu: Gpu): readonly Way[] {
	const kinds = forms.flatMap((about) => (about.family === 'avsr-cocktail' ? [about.kind] : []));
	const avsr = waysOf(kinds, gpu).map((way): Way => {
		const id = offer.shelfId(way.kind);
		const checked = graphNames.map((graph) => graphId(id, graph, way));
		return { provider: way.provider, precision: precisionWords[way.kind], checked };
	});
	const others = forms.flatMap((about): Way[] => {
		switch (about.family) {
			case 'avsr-cocktail':
				return [];
			case 'whisper':
				// On the CPU there is nobody else who could say what is right.
				return placesOf(about, gpu).map((provider) => ({
					provider,
					precision: precisionOf(about),
					checked:
						provider === 'wasm'
							? []
							: graphParts.map((part) => whisperGraphId(offer.id, part, provider)),
				}));
			case 'wespeaker':
			case 'segmentation':
				return (gpu.available ? (['webgpu', 'wasm'] as const) : (['wasm'] as const)).map(
					(provider) => ({ provider, precision: precisionWords.fp32, checked: [offer.id] }),
				);
		}
	});
	return [...avsr, ...others];
}

/** The worst of what was found of its graphs, as far as they were checked. */
async function checkOf(
	ids: readonly string[],
	provider: PlanInfo['provider'],
	{ gpu, checks, sources }: Known,
): Promise<PlanInfo['check']> {
	let worst: PlanInfo['check'] = null;
	for (const id of ids) {
		// What cannot be read is told when it is used.
		const models = await Promise.all(sources.map((source) => source.find(id).catch(() => null)));
		const model = models.find((one) => one !== null);
		const found = model && (await checks.remembered(model, placeOf(provider, gpu)));
		if (!model || !found) continue;
		if (worst && worst.deviation >= found.deviation && worst.passed <= found.passed) continue;
		worst = { ...found, tolerance: model.check.tolerance };
	}
	return worst;
}
