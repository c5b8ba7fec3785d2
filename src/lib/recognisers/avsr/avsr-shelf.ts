import * as v from 'valibot';
import type { ModelFile, Provider, ReadyModel, TensorFormula } from '../../inference/manifest.ts';
import type { ModelSource } from '../../inference/model-source.ts';
import type { ModelShelf, ShelvedModel } from '../../store/shelf/model-shelf.ts';
import { ConfabError } from '../../support/errors.ts';
import { type AddedModel, parseAddedModel } from '../added-model.ts';
import { parseUnits, type Vocabulary } from '../decoding/units.ts';
import { cacheNames, lipSide, soundWidth } from './graphs.ts';
import {
	type AvsrArithmetic,
	type AvsrGraph,
	type AvsrKind,
	type AvsrManifest,
	type AvsrShape,
	parseAvsrManifest,
} from './manifest.ts';
import { unitsName } from './offers.ts';
import {
	type GraphName,
	graphNames,
	inputsName,
	parseReferences,
	referencesName,
} from './references.ts';

/** The parts of the shelf that are read. */
export type ReadShelf = Pick<ModelShelf, 'list' | 'get' | 'file'>;

/** How the graphs of an artefact are run. */
export interface AvsrWay {
	readonly arithmetic: AvsrArithmetic;
	readonly provider: Provider;
}

/** Artefacts of one offer that are on the shelf in full. */
export interface AvsrEntry {
	readonly kind: AvsrKind;
	readonly model: ShelvedModel;
}

/** Id of a graph as the inference knows it: a model for each way that it can be run. */
export function graphId(
	entry: string,
	graph: GraphName,
	{ arithmetic, provider }: AvsrWay,
): string {
	return [entry, graph, arithmetic, provider].join('/');
}

const idSchema = v.pipe(
	v.string(),
	v.transform((id) => id.split('/')),
	v.strictTuple([
		v.string(),
		v.picklist(graphNames),
		v.picklist(['float32', 'float16']),
		v.picklist(['webgpu', 'wasm']),
	]),
);

/**
 * Largest difference from the reference, as a fraction of the larger of 1 and the largest value. An
 * artefact's reference is what the CPU makes of the same weights, so it is the arithmetic that differs:
 * half precision has 11 bits, and 8-bit inputs may fall on the other side of a step.
 */
const tolerances: Readonly<Record<AvsrArithmetic | 'q8', number>> = {
	float32: 2e-3,
	float16: 5e-2,
	q8: 5e-2,
};

/** The graphs of the AV-HuBERT recognisers that a person has added. */
export class AvsrShelf implements ModelSource {
	readonly local = true;
	readonly #shelf: ReadShelf;

	constructor(shelf: ReadShelf) {
		this.#shelf = shelf;
	}

	/** What is there of an offer. */
	async entries(offer: string): Promise<AvsrEntry[]> {
		const entries: AvsrEntry[] = [];
		for (const model of await this.#shelf.list()) {
			const about = aboutOf(model);
			if (model.complete && about?.offer === offer) entries.push({ kind: about.kind, model });
		}
		return entries;
	}

	/** @throws ConfabError `ModelUnavailable` when it is not there, or damaged. */
	async manifest(model: ShelvedModel): Promise<AvsrManifest> {
		const kind = aboutOf(model)?.kind ?? '';
		const text = await this.#text(model, `manifest-${kind}.json`);
		const manifest = parseAvsrManifest(parseJson(text));
		if ('graphs' in manifest) return manifest;
		throw unavailable(model.id, `its manifest is of another form (${manifest.join('; ')})`);
	}

	/** @throws ConfabError `ModelUnavailable` when it is not there, or damaged. */
	async vocabulary(model: ShelvedModel): Promise<Vocabulary> {
		return parseUnits(await this.#text(model, unitsName));
	}

	async find(id: string): Promise<ReadyModel | null> {
		const parsed = v.safeParse(idSchema, id);
		if (!parsed.success) return null;
		const [entry, graph, arithmetic, provider] = parsed.output;
		const model = await this.#shelf.get(entry);
		if (!model?.complete) return null;
		const manifest = await this.manifest(model);
		const described = readyModel(entry, graph, { arithmetic, provider }, manifest);
		if (described) return this.#withReference(model, graph, arithmetic, described);
		throw unavailable(entry, `it has no ${graph} that computes in ${arithmetic}`);
	}

	async open(model: ReadyModel, { path, bytes, sha256 }: ModelFile): Promise<Blob> {
		const [entry = ''] = model.id.split('/');
		const blob = await this.#shelf.file(entry, { name: path, bytes, sha256 });
		if (blob) return blob;
		throw unavailable(entry, `"${path}" is not there in full`);
	}

	/** With the reference output, where it was written down when the model was added. */
	async #withReference(
		model: ShelvedModel,
		graph: GraphName,
		arithmetic: AvsrArithmetic,
		described: ReadyModel,
	): Promise<ReadyModel> {
		const file = model.files.find(({ name }) => name === referencesName);
		const blob = file && (await this.#shelf.file(model.id, file));
		if (!blob) return described;
		const { check } = described;
		const inputs = inputsName(check.inputs);
		const outputs = parseReferences(await blob.text()).find(
			(kept) => kept.graph === graph && kept.arithmetic === arithmetic && kept.inputs === inputs,
		)?.outputs;
		return outputs ? { ...described, check: { ...check, outputs } } : described;
	}

	async #text(model: ShelvedModel, name: string): Promise<string> {
		const file = model.files.find((candidate) => candidate.name === name);
		const blob = file ? await this.#shelf.file(model.id, file) : null;
		if (blob) return blob.text();
		throw unavailable(model.id, `"${name}" is missing`);
	}
}

function aboutOf({ about }: ShelvedModel): Extract<AddedModel, { family: 'avsr-cocktail' }> | null {
	const added = parseAddedModel(about);
	return added?.family === 'avsr-cocktail' ? added : null;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function unavailable(id: string, why: string): ConfabError {
	return new ConfabError(
		'ModelUnavailable',
		`The recogniser "${id}" cannot be used: ${why}. Delete it and add it again.`,
	);
}

function readyModel(
	entry: string,
	name: GraphName,
	way: AvsrWay,
	{ kind, graphs, shape }: AvsrManifest,
): ReadyModel | null {
	const graph: AvsrGraph = graphs[name];
	const file = graph.graphs[way.arithmetic];
	if (!file) return null;
	return {
		id: graphId(entry, name, way),
		title: `AV-HuBERT (${kind}), ${name}`,
		feature: 'this recogniser',
		precision: kind,
		providers: [way.provider],
		licence: 'CC BY-NC 4.0',
		source: { repository: 'https://huggingface.co/MCoRecChallenge/MCoRec-baseline', path: entry },
		status: 'ready',
		files: { graph: file },
		data: graph.data,
		check: {
			inputs: referenceInputs[name](shape, way.arithmetic),
			tolerance: tolerances[kind === 'q8' ? 'q8' : way.arithmetic],
		},
	};
}

const wave = (
	type: TensorFormula['type'],
	dims: readonly number[],
	[offset, amplitude, step]: readonly [number, number, number],
): TensorFormula => ({ type, dims: [...dims], offset, amplitude, step });

/** One second, so that a check costs as much as a second of speech. */
const frames = 25;
const ones = wave('float32', [1, frames], [1, 0, 0]);

/** Reference inputs of each graph: waves of the size that real ones have. */
const referenceInputs: Readonly<
	Record<GraphName, (shape: AvsrShape, arithmetic: AvsrArithmetic) => Record<string, TensorFormula>>
> = {
	encoder: () => ({
		lips: wave('float32', [1, frames, lipSide, lipSide], [0, 1.5, 0.053]),
		audio: wave('float32', [1, frames, soundWidth], [0, 1.5, 0.37]),
		mask: ones,
	}),
	cross: ({ width }) => ({ encoded: wave('float32', [1, frames, width], [0, 1, 0.37]) }),
	// The third step of three hypotheses, two of which continue the same row.
	decoder: ({ decoderLayers, decoderHeads: heads, width, units }, arithmetic) => {
		const headWidth = width / heads;
		const inputs: Record<string, TensorFormula> = {
			tokens: wave('int32', [1, 3], [units / 2, units / 3, 1]),
			parents: wave('int32', [3], [0.6, 0.6, 2]),
			position: wave('int32', [1], [2, 0, 0]),
			mask: ones,
		};
		for (let layer = 0; layer < decoderLayers; layer++) {
			const names = cacheNames(layer);
			const cache = (dims: readonly number[], step: number): TensorFormula =>
				wave(arithmetic, dims, [0, 1, step]);
			inputs[names.crossKey] = cache([1, heads, headWidth, frames], 0.31);
			inputs[names.crossValue] = cache([1, heads, frames, headWidth], 0.17);
			inputs[names.selfKey] = cache([2, heads, headWidth, 2], 0.23);
			inputs[names.selfValue] = cache([2, heads, 2, headWidth], 0.41);
		}
		return inputs;
	},
};
