import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { reducedArtefact, reducedFiles } from '../../../../models/avsr-cocktail/reduced.ts';
import { chainOf } from '../../../../models/avsr-cocktail/trial-chain.ts';
import { openGraph } from '../../../../models/avsr-cocktail/trial.ts';
import { archiveOf } from '../../../../tests/fixtures/archive.ts';
import type { AddAnswer, AddOrder } from '../../../../tests/fixtures/add-avsr.worker.ts';
import type { ModelUse } from '../../domain/result.ts';
import { defaultSettings, type RunSettings } from '../../domain/settings.ts';
import { createBrowserInference } from '../../inference/browser-inference.ts';
import type { Inference } from '../../inference/inference.ts';
import type { ChainModel } from '../../inference/model.ts';
import type { ProviderPolicy } from '../../inference/provider-plan.ts';
import { loadRuntime } from '../../inference/runtime.ts';
import { VolatileCheckMemory } from '../../inference/self-check.ts';
import { ModelShelf } from '../../store/shelf/model-shelf.ts';
import { parseUnits } from '../decoding/units.ts';
import type { SpeechClip } from '../recogniser.ts';
import { RecogniserChoice } from '../recogniser-choice.ts';
import { AvsrFamily } from './avsr-family.ts';
import { AvsrRecogniser, heldOutputs } from './avsr-recogniser.ts';
import { AvsrShelf } from './avsr-shelf.ts';
import type { AvsrKind } from './manifest.ts';

const shelf = new ModelShelf();
const settings: RunSettings = { ...defaultSettings, recogniser: 'avsr-cocktail' };

/** Adds in a worker of its own, as the app does. */
function add(order: Partial<AddOrder> & Pick<AddOrder, 'files'>): Promise<AddAnswer> {
	const worker = new Worker(
		new URL('../../../../tests/fixtures/add-avsr.worker.ts', import.meta.url),
		{ type: 'module' },
	);
	return new Promise((resolve, reject) => {
		worker.onmessage = ({ data }: MessageEvent<AddAnswer>) => resolve(data);
		worker.onerror = ({ message }) => reject(new Error(message));
		worker.postMessage({ offer: 'avsr-cocktail', kinds: ['q8'], abortAt: null, ...order });
	}).finally(() => worker.terminate()) as Promise<AddAnswer>;
}

/** The archive as its authors give it out, and the units, which are not in it. */
async function published(): Promise<AddOrder['files']> {
	const { checkpoint, units } = await reducedFiles();
	const inside = checkpoint.map(({ path, file }) => ({
		path: `model-bin/avsr_cocktail/${path}`,
		file,
	}));
	return [await archiveOf('model-bin.zip', inside), units];
}

function clipOf(frames: number, seed: number, sure = 0): SpeechClip {
	const lips = Uint8Array.from(
		{ length: frames * 96 * 96 },
		(_, i) => 107 + 60 * Math.sin(0.013 * seed * i + (i >> 13)) + 40 * Math.cos(0.31 * i),
	);
	const audio = Float32Array.from({ length: frames * 640 }, (_, n) => {
		return 0.2 * Math.sin(0.05 * seed * n) * Math.sin(0.0007 * n) + 0.1 * Math.sin(0.4 * n);
	});
	return { lips, audio, startSeconds: seed, speech: new Float32Array(frames).fill(sure) };
}

interface Running {
	readonly choice: RecogniserChoice;
	readonly inference: Inference;
	readonly uses: ModelUse[];
}

const running: Running[] = [];

function start(policy: ProviderPolicy): Running {
	const source = new AvsrShelf(shelf);
	const inference = createBrowserInference({
		base: `${location.origin}/`,
		checks: new VolatileCheckMemory(),
		policy,
		sources: [source],
	});
	const uses: ModelUse[] = [];
	const choice = new RecogniserChoice(
		[new AvsrFamily(source, inference, (frames) => frames)],
		(use) => {
			uses.push(use);
		},
	);
	running.push({ choice, inference, uses });
	return { choice, inference, uses };
}

async function empty(): Promise<void> {
	for (const { id } of await shelf.list()) await shelf.remove(id);
}

afterEach(async () => {
	for (const { choice, inference } of running.splice(0)) {
		await choice.close();
		await inference.close();
	}
}, 60_000);

/** What the graphs say when they are opened one by one, without the app around them. */
async function directly(kind: AvsrKind, clips: readonly SpeechClip[]) {
	const runtime = await loadRuntime('wasm', {
		folder: `${location.origin}/runtime/ort/`,
		threads: 1,
	});
	const artefact = await reducedArtefact(runtime, kind, 'float32');
	const { shape, graphs } = artefact.manifest;
	const held = heldOutputs(shape);
	const open = async (name: keyof typeof graphs): Promise<ChainModel> =>
		chainOf(runtime, await openGraph(artefact, graphs[name]), name, held[name]);
	const { units } = await reducedFiles();
	return new AvsrRecogniser({
		id: 'direct',
		graphs: {
			encoder: await open('encoder'),
			cross: await open('cross'),
			decoder: await open('decoder'),
		},
		shape,
		arithmetic: 'float32',
		vocabulary: parseUnits(await units.file.text()),
		padTo: (frames) => Math.ceil(frames / 25) * 25,
	}).recogniseAll(clips);
}

describe('a recogniser that a person adds', { timeout: 300_000 }, () => {
	afterAll(empty);

	test('from the archive to words, through an abort, a cancelled run and its end', async () => {
		await empty();
		const files = await published();
		expect(await add({ files: files.slice(0, 1) })).toMatchObject({
			code: 'ModelUnavailable',
			message: expect.stringContaining('unigram5000_units.txt'),
		});
		expect(await shelf.list()).toEqual([]);

		const left = await add({ files, abortAt: 'decoder-q8-1.data' });
		expect(left).toMatchObject({ code: 'AbortError' });
		expect(await shelf.list()).toMatchObject([{ id: 'avsr-cocktail.q8', complete: false }]);
		await expect(start('wasm').choice.version(settings)).rejects.toMatchObject({
			code: 'ModelUnavailable',
		});
		expect(await add({ files })).toEqual({ ids: ['avsr-cocktail.q8'] });
		const [model] = await shelf.list();
		expect(model).toMatchObject({ complete: true, about: { family: 'avsr-cocktail', kind: 'q8' } });
		const directory = await shelf.folderOf('avsr-cocktail.q8');
		for await (const name of directory.keys()) expect(name).not.toMatch(/^unpacked/);

		const { choice, uses } = start('wasm');
		const clips = [clipOf(31, 1), clipOf(12, 2.7), clipOf(60, 4.1)];
		const stop = new AbortController();
		const cancelled = choice.recognise(clips, settings, {
			signal: stop.signal,
			onProgress: () => stop.abort(),
		});
		await expect(cancelled).rejects.toHaveProperty('name', 'AbortError');
		const cues = await choice.recognise(clips, settings);
		expect(uses).toEqual([{ id: 'avsr-cocktail', provider: 'wasm', precision: 'q8' }]);
		expect(cues).toEqual(await directly('q8', clips));
		expect(cues.flat().length).toBeGreaterThan(0);

		const greedy: RunSettings = { ...settings, decoding: 'greedy' };
		expect(await choice.version(greedy)).not.toBe(await choice.version(settings));
		expect(await choice.recognise(clips, greedy)).not.toEqual(cues);

		await choice.close();
		await shelf.remove('avsr-cocktail.q8');
		choice.begin();
		await expect(choice.recognise(clips, settings)).rejects.toMatchObject({
			code: 'ModelUnavailable',
		});
	});

	test('from artefacts that were built elsewhere; damaged ones are refused', async () => {
		await empty();
		const { units } = await reducedFiles();
		const built = await reducedArtefact(
			await loadRuntime('wasm', { folder: `${location.origin}/runtime/ort/`, threads: 1 }),
			'q8',
			'float32',
		);
		const artefact = await Promise.all(
			built.paths.map(async (path) => ({
				path: `mine/${path}`,
				file: new File([(await built.read(path)).slice()], path),
			})),
		);
		const without = artefact.filter(({ path }) => !path.endsWith('cross-q8-1.data'));
		expect(await add({ files: [...without, units] })).toMatchObject({
			code: 'ModelUnavailable',
			message: expect.stringContaining('cross-q8-1.data'),
		});
		const damaged = artefact.map(({ path, file }) => ({
			path,
			file: path.endsWith('.data') ? new File([new Uint8Array(file.size)], file.name) : file,
		}));
		expect(await add({ files: [...damaged, units] })).toMatchObject({ code: 'ModelMismatch' });
		expect(await shelf.list()).toEqual([]);
		const other = { path: 'units.txt', file: new File(['<unk> 1\n'], 'units.txt') };
		expect(await add({ files: [...artefact, other] })).toMatchObject({ code: 'ModelMismatch' });
		expect(await add({ files: [...artefact, units] })).toEqual({ ids: ['avsr-cocktail.q8'] });
		const clips = [clipOf(31, 1)];
		const cues = await start('wasm').choice.recognise(clips, settings);
		expect(cues).toEqual(await directly('q8', clips));
	});
});

describe('on WebGPU (in software)', { timeout: 600_000 }, () => {
	const devices: GPUDevice[] = [];
	/** Bytes of all buffers that are not destroyed. */
	let bufferBytes = 0;
	const { requestDevice } = GPUAdapter.prototype;
	const { createBuffer } = GPUDevice.prototype;
	const { destroy } = GPUBuffer.prototype;

	beforeAll(async () => {
		await empty();
		GPUAdapter.prototype.requestDevice = async function (...given) {
			const device = await requestDevice.apply(this, given);
			devices.push(device);
			return device;
		};
		GPUDevice.prototype.createBuffer = function (descriptor) {
			bufferBytes += descriptor.size;
			return createBuffer.call(this, descriptor);
		};
		const destroyed = new WeakSet<GPUBuffer>();
		GPUBuffer.prototype.destroy = function () {
			if (!destroyed.has(this)) bufferBytes -= this.size;
			destroyed.add(this);
			destroy.call(this);
		};
		const ids = await add({ files: await published(), kinds: ['q4'] });
		expect(ids).toEqual({ ids: ['avsr-cocktail.q4'] });
	}, 120_000);

	afterAll(async () => {
		GPUAdapter.prototype.requestDevice = requestDevice;
		GPUDevice.prototype.createBuffer = createBuffer;
		GPUBuffer.prototype.destroy = destroy;
		await empty();
	});

	test('many segments leave no more on the GPU than a few', async () => {
		const { choice, uses } = start('webgpu');
		const after: number[] = [];
		for (let segment = 0; segment < 4; segment++) {
			const cues = await choice.recognise([clipOf(8 + (segment % 2), 1 + segment)], settings);
			expect(cues).toHaveLength(1);
			after.push(bufferBytes);
		}
		expect(uses).toEqual([{ id: 'avsr-cocktail', provider: 'webgpu', precision: 'q4' }]);
		// Two lengths come in turn; from the third clip on nothing is new.
		expect(after[1]).toBeGreaterThan(0);
		expect(after.at(-1)).toBeLessThanOrEqual((after[1] ?? 0) * 1.02);
	});

	test('a device that is lost in mid-run hands over to the CPU, which says the same', async () => {
		const { choice, uses } = start('webgpu');
		const clips = [clipOf(9, 1), clipOf(8, 3)];
		const before = await choice.recognise(clips, settings);
		setTimeout(() => devices.at(-1)?.destroy(), 20);
		const cues = await choice.recognise(clips, settings);
		expect(uses.map(({ provider }) => provider)).toEqual(['webgpu', 'wasm']);
		expect(uses[1]?.note).toMatch(/^not q4 on webgpu: The graphics processor went away/);
		expect(cues.flat().map(({ text }) => text)).toEqual(before.flat().map(({ text }) => text));
	});

	test('a provider that puts out zeros is found out and passed over', async () => {
		const { choice, uses } = start('webgpu');
		const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
		// No shader does anything, and nobody says so.
		GPUComputePassEncoder.prototype.dispatchWorkgroups = () => undefined;
		try {
			const cues = await choice.recognise([clipOf(9, 1)], settings);
			expect(cues).toHaveLength(1);
		} finally {
			GPUComputePassEncoder.prototype.dispatchWorkgroups = dispatchWorkgroups;
		}
		expect(uses.map(({ provider }) => provider)).toEqual(['wasm']);
		expect(uses[0]?.note).toMatch(/not q4 on webgpu: .*wrong on webgpu/);
	});
});
