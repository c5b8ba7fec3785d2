import * as v from 'valibot';
import {
	type AvsrArithmetic,
	type AvsrFile,
	type AvsrKind,
	type AvsrManifest,
	parseAvsrManifest,
} from '../../recognisers/avsr/manifest.ts';
import { frameBuckets } from '../../recognisers/avsr/graphs.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { asFloat32, damaged, type StoredCheckpoint } from '../checkpoint.ts';
import type { PretrainedCheckpoint } from '../hugging-face.ts';
import { NetworkWriter, type ReadTensor } from '../network-writer.ts';
import { GraphBuilder } from '../onnx-graph.ts';
import type { FileStore } from '../random-access.ts';
import { sha256Of, WeightPlan, writeFile, type WrittenFile } from '../weight-plan.ts';
import { maxPositions, writeCross, writeDecoder } from './decoder.ts';
import { writeEncoder } from './encoder.ts';
import { type AvsrNetwork, readNetwork } from './network.ts';

/** Changes whenever the same checkpoint would give other files. */
const builderVersion = 1;

/** Opset 17 has LayerNormalization; later ones move axes about, to no advantage here. */
const opset = 17;

const graphNames = ['encoder', 'cross', 'decoder'] as const;

type GraphName = (typeof graphNames)[number];

/** What the graphs of each kind compute in. */
export const arithmeticsOf: Readonly<Record<AvsrKind, readonly AvsrArithmetic[]>> = {
	fp32: ['float32'],
	fp16: ['float16'],
	q4: ['float32', 'float16'],
	q8: ['float32'],
};

/** One graph, and where its weights will come from. */
interface PlannedGraph {
	readonly bytes: Uint8Array<ArrayBuffer>;
	readonly plan: WeightPlan;
}

/**
 * Plans one graph. No weights are read.
 *
 * @param tapped names of values inside the encoder that it puts out as well, for comparison with a
 * reference; it still reads the same files of weights
 */
export function planGraph(
	name: GraphName,
	network: AvsrNetwork,
	kind: AvsrKind,
	arithmetic: AvsrArithmetic,
	read: ReadTensor,
	tapped: readonly string[] = [],
): PlannedGraph {
	const graph = new GraphBuilder(`avsr-cocktail-${name}`, opset);
	const plan = new WeightPlan(`${name}-${kind}`);
	const writer = new NetworkWriter(graph, plan, read, { storage: kind, arithmetic });
	if (name === 'encoder') {
		writeEncoder(writer, network, (tap, value) => {
			if (tapped.includes(tap)) graph.output(tap, writer.toSingle(value), 'float32', null);
		});
	} else if (name === 'cross') writeCross(writer, network);
	else writeDecoder(writer, network);
	return { bytes: graph.toBytes(), plan };
}

/** Reads tensors of a checkpoint in single precision. */
function tensorReader(tensors: StoredCheckpoint): ReadTensor {
	return async (name) => {
		const tensor = tensors.get(name);
		if (!tensor) throw damaged(`it holds no "${name}"`);
		return asFloat32({ type: tensor.type, shape: tensor.shape, bytes: await tensor.read() });
	};
}

/**
 * Builds one kind of artefact: three graphs, their weights, and `manifest.json`, all into `store`.
 * One file of weights at a time is in memory. Called again after it was broken off, it keeps the files
 * that are there and have the checksum they were written with.
 *
 * @throws ConfabError `ModelUnavailable` when the checkpoint is damaged or not of this network.
 */
export async function convertAvsr(
	{ tensors, config }: PretrainedCheckpoint,
	kind: AvsrKind,
	store: FileStore,
	options: SlowOptions = {},
): Promise<AvsrManifest> {
	const network = readNetwork(tensors, config);
	const read = tensorReader(tensors);
	const planned = graphNames.map((name) => planPart(name, network, kind, read));
	const source = await fingerprint(tensors);
	const key = await keyOf([source, kind, ...planned.map(({ layout }) => layout)]);
	const record = await BuildRecord.open(store, `build-${kind}.json`, key);

	const total = planned.flatMap(({ plan }) => plan.files()).reduce((sum, f) => sum + f.bytes, 0);
	let done = 0;
	const report = (subject: string, bytes: number): void =>
		options.onProgress?.({ stage: 'convert', subject, done: done + bytes, total, unit: 'bytes' });
	const graphs: Partial<Record<GraphName, AvsrManifest['graphs'][GraphName]>> = {};
	for (const { name, plan, variants } of planned) {
		const data: WrittenFile[] = [];
		for (const { path, bytes } of plan.files()) {
			options.signal?.throwIfAborted();
			const file =
				(await record.finished(path)) ??
				(await plan.write(store, path, options.signal, (there) => report(path, there)));
			await record.add(file);
			data.push(file);
			done += bytes;
			report(path, 0);
		}
		const files: Partial<Record<AvsrArithmetic, AvsrFile>> = {};
		for (const [arithmetic, bytes] of variants) {
			const path = `${name}-${kind}${arithmetic === 'float16' ? '-half' : ''}.onnx`;
			files[arithmetic] = await writeFile(store, path, bytes, options);
		}
		graphs[name] = { graphs: files, data };
	}
	const { encoder, cross, decoder } = graphs;
	if (!encoder || !cross || !decoder) throw new TypeError('a graph was not built');
	const manifest: AvsrManifest = {
		version: 1,
		model: 'avsr-cocktail',
		kind,
		source,
		shape: {
			width: network.width,
			encoderLayers: network.encoderLayers,
			encoderHeads: network.encoderHeads,
			decoderLayers: network.decoderLayers,
			decoderHeads: network.decoderHeads,
			units: network.units,
			maxPositions,
		},
		frameBuckets: [...frameBuckets],
		graphs: { encoder, cross, decoder },
	};
	const text = `${JSON.stringify(manifest, null, '\t')}\n`;
	await writeFile(store, manifestPath(kind), new TextEncoder().encode(text), options);
	return manifest;
}

/** Name of an artefact's manifest. */
export function manifestPath(kind: AvsrKind): string {
	return `manifest-${kind}.json`;
}

/** The manifest of an artefact, or null where there is none, or only one that cannot be read. */
export async function readManifest(store: FileStore, kind: AvsrKind): Promise<AvsrManifest | null> {
	const manifest = parseAvsrManifest(await readJson(store, manifestPath(kind)));
	return 'graphs' in manifest ? manifest : null;
}

async function readJson(store: FileStore, path: string): Promise<unknown> {
	const file = await store.open(path);
	if (!file) return null;
	try {
		return JSON.parse(new TextDecoder().decode(await file.read(0, file.size)));
	} catch {
		return null;
	}
}

interface PlannedPart {
	readonly name: GraphName;
	readonly plan: WeightPlan;
	readonly variants: readonly [AvsrArithmetic, Uint8Array<ArrayBuffer>][];
	/** Everything that decides what the files will be, but for the checkpoint. */
	readonly layout: string;
}

function planPart(
	name: GraphName,
	network: AvsrNetwork,
	kind: AvsrKind,
	read: ReadTensor,
): PlannedPart {
	const plans = arithmeticsOf[kind].map((arithmetic) => ({
		arithmetic,
		...planGraph(name, network, kind, arithmetic, read),
	}));
	const [first] = plans;
	if (!first || plans.some(({ plan }) => plan.layout() !== first.plan.layout())) {
		throw new TypeError(`The variants of ${name} do not read the same weights`);
	}
	return {
		name,
		plan: first.plan,
		variants: plans.map(({ arithmetic, bytes }) => [arithmetic, bytes]),
		layout: first.plan.layout(),
	};
}

async function keyOf(parts: readonly string[]): Promise<string> {
	const text = JSON.stringify([builderVersion, ...parts]);
	return sha256Of(new TextEncoder().encode(text));
}

/** How much of each tensor stands for it in the name of a checkpoint: training changes all of it. */
const sampleBytes = 256;

/** Names a checkpoint: a hash of the names, types and shapes of its tensors and of their first numbers. */
async function fingerprint(tensors: StoredCheckpoint): Promise<string> {
	const lines: string[] = [];
	for (const name of [...tensors.keys()].sort()) {
		const tensor = tensors.get(name);
		if (!tensor) continue;
		const sample = Uint8Array.from(await tensor.read(sampleBytes));
		lines.push([name, tensor.type, tensor.shape.join('x'), await sha256Of(sample)].join(' '));
	}
	return sha256Of(new TextEncoder().encode(lines.join('\n')));
}

const recordSchema = v.object({
	key: v.string(),
	files: v.array(v.object({ path: v.string(), bytes: v.number(), sha256: v.string() })),
});

/** What has been written so far, so that a build that was broken off goes on where it was. */
class BuildRecord {
	readonly #store: FileStore;
	readonly #path: string;
	readonly #key: string;
	readonly #files: Map<string, WrittenFile>;

	private constructor(store: FileStore, path: string, key: string, files: readonly WrittenFile[]) {
		this.#store = store;
		this.#path = path;
		this.#key = key;
		this.#files = new Map(files.map((file) => [file.path, file]));
	}

	/** @param key names what is being built; the record of anything else does not count */
	static async open(store: FileStore, path: string, key: string): Promise<BuildRecord> {
		const parsed = v.safeParse(recordSchema, await readJson(store, path));
		const files = parsed.success && parsed.output.key === key ? parsed.output.files : [];
		return new BuildRecord(store, path, key, files);
	}

	/** A file that is whole already; null when it has to be made. */
	async finished(path: string): Promise<WrittenFile | null> {
		const known = this.#files.get(path);
		const file = known ? await this.#store.open(path) : null;
		if (!known || file?.size !== known.bytes) return null;
		return (await sha256Of(await file.read(0, file.size))) === known.sha256 ? known : null;
	}

	async add(file: WrittenFile): Promise<void> {
		if (this.#files.get(file.path)?.sha256 === file.sha256) return;
		this.#files.set(file.path, file);
		const text = JSON.stringify({ key: this.#key, files: [...this.#files.values()] });
		await writeFile(this.#store, this.#path, new TextEncoder().encode(text));
	}
}
