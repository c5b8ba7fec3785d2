import * as v from 'valibot';
import { randomWhisper } from '../../models/whisper/random-whisper.ts';
import { createBrowserInference } from '../../src/lib/inference/browser-inference.ts';
import type { Inference } from '../../src/lib/inference/inference.ts';
import type { LoadedModel } from '../../src/lib/inference/loaded-model.ts';
import { loadWhisperText } from '../../src/lib/inference/transformers.ts';
import { VolatileCheckMemory } from '../../src/lib/inference/self-check.ts';
import { DecoderRun, encode } from '../../src/lib/recognisers/whisper/decoder-run.ts';
import { heldOutputs } from '../../src/lib/recognisers/whisper/graphs.ts';
import { whisperAbout } from '../../src/lib/recognisers/whisper/offers.ts';
import {
	graphId,
	WhisperShelf,
	type GraphPart,
} from '../../src/lib/recognisers/whisper/whisper-shelf.ts';
import type { ShelvedModel } from '../../src/lib/store/shelf/model-shelf.ts';
import { present } from '../../src/lib/support/assert.ts';

const sizes = ['tiny', 'base', 'small', 'medium', 'turbo'] as const;
const inputSchema = v.object({ size: v.picklist(sizes), tokens: v.number() });

/** Seconds, and bytes of WebAssembly memory when all was done. */
export interface WhisperTimes {
	readonly load: number;
	readonly features: number;
	readonly encoderFirst: number;
	readonly encoderWarm: number;
	readonly promptFirst: number;
	readonly stepWarm: number;
	readonly bytes: number;
	readonly fileBytes: number;
}

/** Whisper hears 30 s at once, however little of it is speech. */
const chunkSeconds = 30;

/** Turns of which the fastest counts. */
const turns = 3;

async function timeOf<T>(work: () => Promise<T>): Promise<[number, T]> {
	const started = performance.now();
	const result = await work();
	return [(performance.now() - started) / 1000, result];
}

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
	const { model, shelf, remove } = await store(size);
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
	console.log(`${model.id}: encoding`);
	const [encoderFirst, encoded] = await timeOf(() => encode(graphs, found, undefined));
	let encoderWarm = Infinity;
	for (let turn = 0; turn < turns; turn++) {
		const [seconds, again] = await timeOf(() => encode(graphs, found, undefined));
		again.dispose();
		encoderWarm = Math.min(encoderWarm, seconds);
		features = Math.min(features, (await timeOf(() => text.features(audio)))[0]);
	}
	console.log(`${model.id}: decoding`);
	const prompt = [rules.startToken, rules.startToken + 1, rules.noTimestampsToken];
	let promptFirst = Infinity;
	let stepWarm = Infinity;
	for (let turn = 0; turn < turns; turn++) {
		const decoder = new DecoderRun(graphs, rules, encoded, rules.encodedFrames);
		const [first] = await timeOf(() => decoder.step(prompt));
		if (turn === 0) promptFirst = first;
		const [seconds] = await timeOf(async () => {
			for (let i = 0; i < tokens; i++) await decoder.step([i + 40]);
		});
		stepWarm = Math.min(stepWarm, seconds / tokens);
		decoder.dispose();
	}
	encoded.dispose();
	return {
		load,
		features,
		encoderFirst,
		encoderWarm,
		promptFirst,
		stepWarm,
		bytes: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
		fileBytes: model.totalBytes,
	};
}
