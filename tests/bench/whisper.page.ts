import * as v from 'valibot';
import { randomWhisper } from '../../models/whisper/random-whisper.ts';
import { createBrowserInference } from '../../src/lib/inference/browser-inference.ts';
import type { Inference } from '../../src/lib/inference/inference.ts';
import type { LoadedModel } from '../../src/lib/inference/loaded-model.ts';
import { loadWhisperText } from '../../src/lib/inference/transformers.ts';
import { ServedModels } from '../../src/lib/inference/served-models.ts';
import { VolatileCheckMemory } from '../../src/lib/inference/self-check.ts';
import { heldOutputs } from '../../src/lib/recognisers/whisper/graphs.ts';
import { shippedWhisper, whisperAbout } from '../../src/lib/recognisers/whisper/offers.ts';
import { ServedWhispers } from '../../src/lib/recognisers/whisper/served-whispers.ts';
import {
	graphId,
	WhisperShelf,
	type GraphPart,
} from '../../src/lib/recognisers/whisper/whisper-shelf.ts';
import type { ShelvedModel } from '../../src/lib/store/shelf/model-shelf.ts';
import { present } from '../../src/lib/support/assert.ts';
import { timeGraphs, timeOf, turns, type GraphTimes } from './whisper-times.ts';

const sizes = ['tiny', 'base', 'small', 'medium', 'turbo'] as const;
const inputSchema = v.object({ size: v.picklist([...sizes, 'served']), tokens: v.number() });

/** Seconds, and bytes of WebAssembly memory when all was done. */
export interface WhisperTimes extends GraphTimes {
	readonly load: number;
	readonly features: number;
	readonly bytes: number;
	readonly fileBytes: number;
}

/** Whisper hears 30 s at once, however little of it is speech. */
const chunkSeconds = 30;

/** A Whisper with random weights in 8 bits, in the browser's private folder. */
async function store(size: (typeof sizes)[number]): Promise<{
	model: ShelvedModel;
	shelf: WhisperShelf;
	remove: () => Promise<void>;
}> {
	const root = await navigator.storage.getDirectory();
	const folder = await root.getDirectoryHandle('bench-whisper', { create: true });
	const files = [];
	const diskName = (name: string): string => name.replaceAll('/', '!');
	for (const [name, bytes] of randomWhisper({ size, seed: 1, storages: ['q8'] })) {
		const handle = await folder.getFileHandle(diskName(name), { create: true });
		const writable = await handle.createWritable();
		await writable.write(bytes);
		await writable.close();
		files.push({ name, bytes: bytes.length, sha256: '0'.repeat(64) });
	}
	const id = `whisper-${size}`;
	const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
	const model: ShelvedModel = {
		version: 1,
		id,
		files,
		about: whisperAbout(id, { encoder: 'q8', decoder: 'q8' }, null),
		presentBytes: totalBytes,
		totalBytes,
		complete: true,
	};
	const shelf = new WhisperShelf({
		get: () => Promise.resolve(model),
		file: async (_, { name }) => (await folder.getFileHandle(diskName(name))).getFile(),
	});
	return { model, shelf, remove: () => root.removeEntry('bench-whisper', { recursive: true }) };
}

/** The Whisper that comes with the app. */
async function served(): ReturnType<typeof store> {
	const models = new ServedModels((path) => fetch(`${location.origin}/models/${path}`));
	const none = { get: () => Promise.resolve(null), file: () => Promise.resolve(null) };
	const shelf = new WhisperShelf(none, new ServedWhispers(models));
	const { model } = present(await shelf.entry(shippedWhisper), shippedWhisper);
	return { model, shelf, remove: () => Promise.resolve() };
}

/** Tones that come and go, as speech does. */
function babble(): Float32Array {
	return Float32Array.from({ length: chunkSeconds * 16_000 }, (_, i) => {
		const t = i / 16_000;
		return 0.2 * Math.max(0, Math.sin(8 * Math.PI * t)) ** 2 * Math.sin(2 * Math.PI * 200 * t);
	});
}

/** Times one size on WebAssembly, encoder and decoder apart. */
export async function run(input: unknown): Promise<WhisperTimes> {
	const { size, tokens } = v.parse(inputSchema, input);
	const memories: WebAssembly.Memory[] = [];
	WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
		construct(target, args, newTarget) {
			const memory = Reflect.construct(target, args, newTarget) as WebAssembly.Memory;
			memories.push(memory);
			return memory;
		},
	});
	const { model, shelf, remove } = await (size === 'served' ? served() : store(size));
	const inference = createBrowserInference({
		base: `${location.origin}/`,
		checks: new VolatileCheckMemory(),
		sources: [shelf],
		policy: 'wasm',
	});
	try {
		return await measure(inference, model, shelf, tokens, memories);
	} finally {
		await inference.close();
		await remove();
	}
}

async function measure(
	inference: Inference,
	model: ShelvedModel,
	shelf: WhisperShelf,
	tokens: number,
	memories: readonly WebAssembly.Memory[],
): Promise<WhisperTimes> {
	const entry = present(await shelf.entry(model.id), 'entry');
	const rules = await shelf.rules(entry);
	const text = await loadWhisperText(inference, await shelf.texts(entry));
	const audio = babble();
	// The runtime itself is loaded with it.
	await text.features(audio);
	const found = await text.features(audio);
	let features = Infinity;
	const held = heldOutputs(rules);
	const part = (name: GraphPart): Promise<LoadedModel> =>
		inference.load(graphId(model.id, name, 'wasm'), { held: held[name], unchecked: true });
	console.log(`${model.id}: loading`);
	const [load, graphs] = await timeOf(async () => ({
		encoder: await part('encoder'),
		decoder: await part('decoder'),
	}));
	console.log(`${model.id}: encoding and decoding`);
	const times = await timeGraphs(graphs, rules, found, tokens);
	for (let turn = 0; turn < turns; turn++) {
		features = Math.min(features, (await timeOf(() => text.features(audio)))[0]);
	}
	return {
		load,
		features,
		...times,
		bytes: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
		fileBytes: model.totalBytes,
	};
}
