import * as v from 'valibot';
import { createBrowserInference } from '../../src/lib/inference/browser-inference.ts';
import type { LoadedModel } from '../../src/lib/inference/loaded-model.ts';
import { VolatileCheckMemory } from '../../src/lib/inference/self-check.ts';
import { heldOutputs } from '../../src/lib/recognisers/avsr/avsr-recogniser.ts';
import { AvsrShelf, graphId } from '../../src/lib/recognisers/avsr/avsr-shelf.ts';
import type { GraphName } from '../../src/lib/recognisers/avsr/references.ts';
import { CachedDecoder } from '../../src/lib/recognisers/avsr/cached-decoder.ts';
import {
	type AvsrFile,
	avsrKinds,
	parseAvsrManifest,
} from '../../src/lib/recognisers/avsr/manifest.ts';
import { ModelShelf } from '../../src/lib/store/shelf/model-shelf.ts';
import { encoderInput, type AvsrTimes } from './avsr-times.ts';

const orderSchema = v.object({
	/** Where the artefacts are served from, with a slash at its end. */
	folder: v.string(),
	kind: v.picklist(avsrKinds),
});

const seconds = (start: number): number => (performance.now() - start) / 1000;

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
	const start = performance.now();
	const result = await work();
	return [seconds(start), result];
}

/** Puts an artefact onto the shelf, as adding it does. */
async function shelve(shelf: ModelShelf, folder: string, id: string, kind: string) {
	const name = `manifest-${kind}.json`;
	const text = await (await fetch(`${folder}${name}`)).text();
	const manifest = parseAvsrManifest(JSON.parse(text));
	if (!('graphs' in manifest)) throw new TypeError(manifest.join('; '));
	const listed: AvsrFile[] = Object.values(manifest.graphs).flatMap(({ graphs, data }) => [
		...Object.values(graphs).filter((file) => file !== undefined),
		...data,
	]);
	const stream = (content: ReadableStream<Uint8Array> | null) => {
		if (!content) throw new TypeError('nothing is served');
		return { startByte: 0, stream: content };
	};
	await shelf.remove(id);
	const files = [];
	for (const { path, ...checked } of listed) {
		files.push(
			await shelf.write(id, { name: path, ...checked }, async () =>
				stream((await fetch(`${folder}${path}`)).body),
			),
		);
	}
	files.push(
		await shelf.write(id, { name }, () => Promise.resolve(stream(new Blob([text]).stream()))),
	);
	await shelf.enter({ version: 1, id, files, about: { family: 'avsr-cocktail', offer: id, kind } });
	return manifest;
}

/** The first step goes on from the one empty row, the second from each segment's, then each from itself. */
function parentOf(row: number, width: number, position: number): number {
	if (position === 0) return 0;
	return position === 1 ? Math.floor(row / width) : row;
}

async function measure({ folder, kind }: v.InferOutput<typeof orderSchema>): Promise<AvsrTimes> {
	const shelf = new ModelShelf();
	const id = `bench.${kind}`;
	const { shape } = await shelve(shelf, folder, id, kind);
	const checks = new VolatileCheckMemory();
	const held = heldOutputs(shape);
	const way = { arithmetic: 'float32', provider: 'wasm' } as const;
	const start = () =>
		createBrowserInference({
			base: `${location.origin}/`,
			checks,
			policy: 'wasm',
			sources: [new AvsrShelf(shelf)],
		});
	let inference = start();
	const load = (graph: GraphName): Promise<LoadedModel> =>
		inference.load(graphId(id, graph, way), { held: held[graph] });
	const [firstLoad] = await timed(async () => {
		for (const graph of ['encoder', 'cross', 'decoder'] as const) await load(graph);
	});
	await inference.close();
	inference = start();
	const [encoderLoad, encoder] = await timed(() => load('encoder'));
	const [otherLoad, [cross, decoder]] = await timed(() =>
		Promise.all([load('cross'), load('decoder')]),
	);

	const encode = async (segments: number, frames: number) => {
		const { mask, ...inputs } = encoderInput(segments, frames);
		const { held: outputs } = await encoder.runChain({ ...inputs, mask });
		return { mask, outputs };
	};
	const [encoderFirst, { outputs: unused }] = await timed(() => encode(1, 125));
	unused['encoded']?.dispose();
	const encoderWarm: number[] = [];
	const decoderStep: Record<number, number> = {};
	for (const segments of [1, 3]) {
		const [encoding, { mask, outputs }] = await timed(() => encode(segments, 125));
		encoderWarm.push(encoding / segments / 5);
		const { held: memory } = await cross.runChain(outputs);
		outputs['encoded']?.dispose();
		const search = async (steps: number): Promise<void> => {
			const cached = new CachedDecoder(
				decoder,
				{ shape, arithmetic: 'float32' },
				{ mask, cross: memory },
			);
			for (let position = 0; position < steps; position++) {
				const width = position === 0 ? 1 : 3;
				const rows = segments * width;
				await cached.step({
					units: new Int32Array(rows).fill(position === 0 ? shape.units - 1 : 5 + position),
					parents: Int32Array.from({ length: rows }, (_, row) => parentOf(row, width, position)),
					width,
					position,
				});
			}
			cached.dispose();
		};
		await search(3);
		const steps = 20;
		const [searching] = await timed(() => search(steps));
		decoderStep[segments] = searching / steps;
		for (const tensor of Object.values(memory)) tensor.dispose();
	}
	await inference.close();
	await shelf.remove(id);
	return {
		firstLoad,
		encoderLoad,
		otherLoad,
		encoderFirst: encoderFirst / 5,
		encoderWarm: encoderWarm[0] ?? Number.NaN,
		encoderTogether: encoderWarm[1] ?? Number.NaN,
		decoderStep: decoderStep[1] ?? Number.NaN,
		decoderStepTogether: (decoderStep[3] ?? Number.NaN) / 3,
	};
}

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
	measure(v.parse(orderSchema, data)).then(
		(times) => postMessage(times),
		(error: unknown) => postMessage({ error: String(error) }),
	);
});
