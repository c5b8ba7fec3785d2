import { expect, test } from 'vitest';
import { present } from '../../support/assert.ts';
import { AvsrShelf, graphId, type ReadShelf } from './avsr-shelf.ts';
import type { AvsrManifest } from './manifest.ts';
import { inputsName, type KeptReference, referencesName, referencesText } from './references.ts';

const sha256 = 'a'.repeat(64);
const file = (path: string) => ({ path, bytes: 1, sha256 });
const graph = (path: string) => ({ graphs: { float32: file(path) }, data: [] });
const manifest: AvsrManifest = {
	version: 1,
	model: 'avsr-cocktail',
	kind: 'q8',
	source: 'made',
	shape: {
		width: 8,
		encoderLayers: 1,
		encoderHeads: 1,
		decoderLayers: 1,
		decoderHeads: 1,
		units: 6,
		maxPositions: 20,
	},
	frameBuckets: [25],
	graphs: { encoder: graph('encoder'), cross: graph('cross'), decoder: graph('decoder') },
};

/** A shelf with this model alone, and with references of that text unless it is null. */
function shelfWith(text: string | null): AvsrShelf {
	const contents = new Map([['manifest-q8.json', JSON.stringify(manifest)]]);
	if (text !== null) contents.set(referencesName, text);
	const model = {
		version: 1 as const,
		id: 'avsr-cocktail.q8',
		files: [...contents.keys()].map((name) => ({ name, bytes: 1, sha256 })),
		about: { family: 'avsr-cocktail', offer: 'avsr-cocktail', kind: 'q8' },
		presentBytes: 2,
		totalBytes: 2,
		complete: true,
	};
	const shelf: ReadShelf = {
		list: () => Promise.resolve([model]),
		get: (id) => Promise.resolve(id === model.id ? model : null),
		file: (_, { name }) => Promise.resolve(new Blob([contents.get(name) ?? ''])),
	};
	return new AvsrShelf(shelf);
}

const id = graphId('avsr-cocktail.q8', 'cross', { arithmetic: 'float32', provider: 'wasm' });
const checkOf = async (text: string | null) =>
	present(await shelfWith(text).find(id), 'model').check;

test('a reference that was written down for the very input is what a model is checked with', async () => {
	const { inputs, outputs: none } = await checkOf(null);
	expect(none).toBeUndefined();
	const outputs = { crossKey0: { dims: [1, 2], indices: [0, 1], values: [0.5, -1.25] } };
	const kept: KeptReference = {
		graph: 'cross',
		arithmetic: 'float32',
		inputs: inputsName(inputs),
		outputs,
	};
	const outputsFor = async (...references: KeptReference[]) =>
		(await checkOf(referencesText(references))).outputs;
	expect(await outputsFor(kept)).toEqual(outputs);
	// Of another graph, another arithmetic, or for the input of another version.
	expect(await outputsFor({ ...kept, graph: 'encoder' })).toBeUndefined();
	expect(await outputsFor({ ...kept, arithmetic: 'float16' })).toBeUndefined();
	expect(await outputsFor({ ...kept, inputs: inputsName({}) })).toBeUndefined();
});

test('references that cannot be read count as none', async () => {
	for (const text of ['', 'no JSON', '{"version": 2, "references": []}']) {
		expect((await checkOf(text)).outputs).toBeUndefined();
	}
});
