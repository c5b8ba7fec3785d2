import { expect, test, describe } from 'vitest';
import type { AvsrKind, AvsrManifest } from '../../src/lib/recognisers/avsr/manifest.ts';
import { ConfabError } from '../../src/lib/support/errors.ts';
import { archiveOf } from '../../tests/fixtures/archive.ts';
import type { StoredCheckpoint, StoredTensor } from '../../src/lib/conversion/checkpoint.ts';
import {
	checkpointFolders,
	filesOfZip,
	openPretrained,
	type PretrainedCheckpoint,
	removeUnpacked,
} from '../../src/lib/conversion/hugging-face.ts';
import { blobAccess, type FileSink, MemoryStore } from '../../src/lib/conversion/random-access.ts';
import { convertAvsr, readManifest } from '../../src/lib/conversion/avsr/convert.ts';
import { readNetwork } from '../../src/lib/conversion/avsr/network.ts';
import { filesOf, reducedCheckpoint } from './reduced.ts';
import { checkpointTensors, configOf, reducedNetwork, weightsByRule } from './weight-rule.ts';
import { writePyTorch, writeSafetensors, writeShards } from './write-checkpoint.ts';

const tensors = checkpointTensors(reducedNetwork);

/** Checksums of all files of an artefact but its manifest. */
function sumsOf({ graphs }: AvsrManifest): string[] {
	return Object.values(graphs).flatMap(({ graphs: variants, data }) =>
		[...Object.values(variants), ...data].flatMap((file) =>
			file ? [`${file.path} ${file.sha256}`] : [],
		),
	);
}

async function sumsFrom(checkpoint: PretrainedCheckpoint, kind: AvsrKind): Promise<string[]> {
	return sumsOf(await convertAvsr(checkpoint, kind, new MemoryStore()));
}

/** Counts the files it is asked to make; breaks off in the middle of the one that is named. */
class WatchedStore extends MemoryStore {
	readonly made: string[] = [];
	breakAt: string | null = null;

	override async create(path: string): Promise<FileSink> {
		if (path === this.breakAt) throw new Error('the disk is full');
		this.made.push(path);
		return super.create(path);
	}
}

test('weights by rule are those of the reference', () => {
	const first = (name: string, shape: readonly number[]): number[] =>
		Array.from(weightsByRule(name, shape).subarray(0, 4));
	const encoder = 'avsr.encoder.encoder';
	expect(first(`${encoder}.layers.0.attention.q_proj.weight`, [1024, 1024])).toEqual([
		-0.046733152121305466, 0.04769373685121536, -0.016060709953308105, 0.031480297446250916,
	]);
	const gain = `${encoder}.pos_conv_embed.conv.parametrizations.weight.original0`;
	expect(first(gain, [1, 1, 128])).toEqual([
		4.15735387802124, 3.342503547668457, 4.11792516708374, 3.9213688373565674,
	]);
	expect(first('avsr.decoder.output_layer.bias', [5049])).toEqual([
		-0.017292136326432228, -0.0002189533697674051, 0.018295537680387497, 0.011651888489723206,
	]);
});

describe('a checkpoint gives the same files', () => {
	test('as safetensors or PyTorch, whole or in parts', async () => {
		const expected = await sumsFrom(await reducedCheckpoint(), 'q8');
		const config = new Blob([JSON.stringify(configOf(reducedNetwork))]);
		for (const write of [
			(store: MemoryStore) => writePyTorch(store, 'pytorch_model.bin', tensors),
			(store: MemoryStore) =>
				writeShards(store, ['model', 'safetensors'], tensors, 3, writeSafetensors),
			(store: MemoryStore) =>
				writeShards(store, ['pytorch_model', 'bin'], tensors, 2, writePyTorch),
		]) {
			const store = new MemoryStore();
			await write(store);
			store.files.set('config.json', config);
			expect(await sumsFrom(await openPretrained(filesOf(store), ''), 'q8')).toEqual(expected);
		}
	});

	test.each([
		['stored', { stored: true }],
		['compressed', {}],
		['with 64-bit sizes', { zip64: true }],
	])('in an archive of several models, %s', async (_, options) => {
		const store = new MemoryStore();
		const folder = 'model-bin/avsr_cocktail';
		await writeSafetensors(store, `${folder}/model.safetensors`, tensors);
		store.files.set(`${folder}/config.json`, new Blob([JSON.stringify(configOf(reducedNetwork))]));
		store.files.set('model-bin/other/pytorch_model.bin', new Blob(['not one of these']));
		const dropped = [...store.files].map(([path, blob]) => ({
			path,
			file: new File([blob], path),
		}));
		const { file } = await archiveOf('model-bin.zip', dropped, options);
		const scratch = new MemoryStore();
		const files = await filesOfZip(blobAccess(file), scratch);
		expect(checkpointFolders(files)).toEqual([folder, 'model-bin/other']);
		const progress: string[] = [];
		const pretrained = await openPretrained(files, folder, {
			onProgress: ({ stage, done, total }) => progress.push(`${stage} ${done <= total}`),
		});
		expect(await sumsFrom(pretrained, 'q4')).toEqual(
			await sumsFrom(await reducedCheckpoint(), 'q4'),
		);
		expect(new Set(progress)).toEqual(new Set('stored' in options ? [] : ['unpack true']));
		await removeUnpacked(files, scratch);
		expect(scratch.files.size).toBe(0);
	});

	test('with either pair of names for weight normalisation', async () => {
		const { tensors: all, config } = await reducedCheckpoint();
		const older = new Map(
			[...all].map(([name, tensor]): [string, StoredTensor] => [
				name
					.replace('parametrizations.weight.original0', 'weight_g')
					.replace('parametrizations.weight.original1', 'weight_v'),
				tensor,
			]),
		);
		expect(older.has('avsr.encoder.encoder.pos_conv_embed.conv.weight_g')).toBe(true);
		const sums = await sumsFrom({ tensors: older, config }, 'fp16');
		const withoutGraphs = (lines: string[]): string[] =>
			lines.filter((line) => !line.startsWith('encoder-fp16-half.onnx'));
		expect(withoutGraphs(sums)).toEqual(
			withoutGraphs(await sumsFrom(await reducedCheckpoint(), 'fp16')),
		);
	});
});

describe('a checkpoint is refused', () => {
	async function problemsOf(change: (all: Map<string, StoredTensor>) => void): Promise<string[]> {
		const { tensors: all, config } = await reducedCheckpoint();
		const changed = new Map(all);
		change(changed);
		try {
			readNetwork(changed, config);
		} catch (error) {
			if (error instanceof ConfabError && error.code === 'ModelUnavailable') {
				return error.problems.map(({ field, message }) => `${field}: ${message}`);
			}
		}
		return [];
	}

	test('with all that is missing or misshaped at once', async () => {
		const decoder = 'avsr.decoder.decoders.1';
		const found = await problemsOf((all) => {
			all.delete(`${decoder}.norm2.bias`);
			all.delete('avsr.encoder.post_extract_proj.weight');
			const bias = all.get('avsr.ctc.ctc_lo.bias');
			if (bias) all.set('avsr.ctc.ctc_lo.bias', { ...bias, shape: [60] });
		});
		expect(found.toSorted()).toEqual([
			'avsr.ctc.ctc_lo.bias: is [60], [61] is expected',
			`${decoder}.norm2.bias: missing, [64] is expected`,
			'avsr.encoder.post_extract_proj.weight: missing, [64, 128] is expected',
		]);
	});

	test('when it is another model', async () => {
		const other: StoredCheckpoint = new Map();
		expect(() => readNetwork(other, null)).toThrow(/677 of its tensors are missing/);
	});

	test('when its heads do not divide its width', async () => {
		const { tensors: all } = await reducedCheckpoint();
		expect(() => readNetwork(all, { num_attention_heads: 5, dheads: 4 })).toThrow(
			/5 heads do not divide a width of 64/,
		);
	});

	test('when a part of it is missing', async () => {
		const store = new MemoryStore();
		await writeShards(store, ['model', 'safetensors'], tensors, 2, writeSafetensors);
		store.files.delete('model-00002-of-00002.safetensors');
		await expect(openPretrained(filesOf(store), '')).rejects.toThrow(
			/missing: model-00002-of-00002.safetensors/,
		);
	});
});

describe('a build', () => {
	const isData = (path: string): boolean => path.endsWith('.data');

	test('that broke off goes on with what was finished', async () => {
		const checkpoint = await reducedCheckpoint();
		const store = new WatchedStore();
		store.breakAt = 'decoder-q4-1.data';
		await expect(convertAvsr(checkpoint, 'q4', store)).rejects.toThrow('the disk is full');
		expect(store.made.filter(isData)).toEqual(['encoder-q4-1.data', 'cross-q4-1.data']);
		expect(await readManifest(store, 'q4')).toBe(null);

		store.breakAt = null;
		store.made.length = 0;
		const manifest = await convertAvsr(checkpoint, 'q4', store);
		expect(store.made.filter(isData)).toEqual(['decoder-q4-1.data']);
		expect(await readManifest(store, 'q4')).toEqual(manifest);
		expect(sumsOf(manifest)).toEqual(await sumsFrom(checkpoint, 'q4'));
	});

	test('makes a damaged file anew, and all files for another checkpoint', async () => {
		const checkpoint = await reducedCheckpoint();
		const store = new WatchedStore();
		const manifest = await convertAvsr(checkpoint, 'q8', store);
		const damaged = new Uint8Array((await store.files.get('cross-q8-1.data')?.arrayBuffer()) ?? []);
		damaged[100]! ^= 1;
		store.files.set('cross-q8-1.data', new Blob([damaged]));
		store.made.length = 0;
		expect(await convertAvsr(checkpoint, 'q8', store)).toEqual(manifest);
		expect(store.made.filter(isData)).toEqual(['cross-q8-1.data']);

		const name = 'avsr.encoder.layer_norm.bias';
		const bias = checkpoint.tensors.get(name);
		if (!bias) throw new TypeError(`no ${name}`);
		const read = async (): Promise<Uint8Array> => new Uint8Array(4 * 128);
		const tuned = new Map([...checkpoint.tensors, [name, { ...bias, read }] as const]);
		store.made.length = 0;
		const other = await convertAvsr({ ...checkpoint, tensors: tuned }, 'q8', store);
		expect(other.source).not.toBe(manifest.source);
		expect(store.made.filter(isData).length).toBe(3);
	});

	test('tells how far it is, and stops when it is told to', async () => {
		const checkpoint = await reducedCheckpoint();
		const done: number[] = [];
		let total = 0;
		await convertAvsr(checkpoint, 'fp32', new MemoryStore(), {
			onProgress: (progress) => {
				done.push(progress.done);
				total = progress.total;
			},
		});
		expect(done).toEqual(done.toSorted((a, b) => a - b));
		expect(done.at(-1)).toBe(total);

		const store = new MemoryStore();
		const abort = new AbortController();
		const running = convertAvsr(checkpoint, 'fp32', store, {
			signal: abort.signal,
			onProgress: ({ subject }) => {
				if (subject === 'cross-fp32-1.data') abort.abort();
			},
		});
		await expect(running).rejects.toThrow(/abort/i);
		expect([...store.files.keys()].filter(isData)).toEqual(['encoder-fp32-1.data']);
		// And again, from where it was.
		expect(sumsOf(await convertAvsr(checkpoint, 'fp32', store))).toEqual(
			await sumsFrom(checkpoint, 'fp32'),
		);
	});
});
