import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { Inference } from '../../src/lib/inference/inference.ts';
import { ModelFiles } from '../../src/lib/inference/model-files.ts';
import { type Runtime, threadCount } from '../../src/lib/inference/runtime.ts';
import { VolatileCheckMemory } from '../../src/lib/inference/self-check.ts';
import { heldOutputs } from '../../src/lib/recognisers/whisper/graphs.ts';
import { shippedWhisper } from '../../src/lib/recognisers/whisper/offers.ts';
import { ServedWhispers } from '../../src/lib/recognisers/whisper/served-whispers.ts';
import {
	graphId,
	type GraphPart,
	WhisperShelf,
} from '../../src/lib/recognisers/whisper/whisper-shelf.ts';
import { present } from '../../src/lib/support/assert.ts';
import { nodeModels } from '../node-inference.ts';
import type { Bench } from './row.ts';
import { timeGraphs, type GraphTimes } from './whisper-times.ts';

const timesSchema = v.object({ encoderWarm: v.number(), stepWarm: v.number() });

/** Seconds of a window, and tokens that are read in it: 100 words. */
const windowSeconds = 30;
const tokens = 100;

/** A folder in which `npm install onnxruntime-node@1.30.0 --ignore-scripts` was run: it is no part of the app. */
const nativeFolder = process.env['CONFAB_ORT_NODE'];

const none = { get: () => Promise.resolve(null), file: () => Promise.resolve(null) };

function servedShelf(): WhisperShelf {
	return new WhisperShelf(none, new ServedWhispers(nodeModels()));
}

/** The Whisper that comes with the app, in the browser and by the native runtime. */
export const bench: Bench = {
	title: 'Whisper base, the real weights, against native ONNX Runtime',
	async missing() {
		if (!(await servedShelf().entry(shippedWhisper))) return `${shippedWhisper} is not in place`;
		return nativeFolder === undefined ? 'CONFAB_ORT_NODE names no folder' : null;
	},
	async run({ page, log }) {
		const native = await nativeTimes(present(nativeFolder, 'CONFAB_ORT_NODE'));
		const browser = v.parse(
			timesSchema,
			await page.call('tests/bench/whisper.page.ts', { size: 'served', tokens }),
		);
		log(JSON.stringify({ browser, native }));
		const speed = ({ encoderWarm, stepWarm }: typeof browser): number =>
			windowSeconds / (encoderWarm + tokens * stepWarm);
		return [
			{
				what: 'Whisper base, 30 s with 100 tokens',
				measured: { name: 'in the browser', value: speed(browser), unit: 'x real time' },
				against: { name: 'native', value: speed(native), unit: 'x real time' },
				target: { atLeast: 0.5 },
			},
		];
	},
};

/** The same graphs by the same code, on onnxruntime-node with as many threads as the browser has. */
async function nativeTimes(folder: string): Promise<GraphTimes> {
	const shelf = servedShelf();
	const node = createRequire(join(resolve(folder), 'package.json'))('onnxruntime-node') as Runtime;
	const inference = new Inference({
		files: new ModelFiles([shelf]),
		loadRuntime: () => Promise.resolve(onProcessor(node)),
		probeGpu: () => Promise.resolve({ available: false, reason: 'it is not wanted' }),
		checks: new VolatileCheckMemory(),
		environment: 'native',
		policy: 'wasm',
	});
	try {
		const rules = await shelf.rules(present(await shelf.entry(shippedWhisper), shippedWhisper));
		const held = heldOutputs(rules);
		const load = (part: GraphPart) =>
			inference.load(graphId(shippedWhisper, part, 'wasm'), { held: held[part], unchecked: true });
		const graphs = { encoder: await load('encoder'), decoder: await load('decoder') };
		const dims = [1, rules.mels, 2 * rules.encodedFrames];
		const data = Float32Array.from(
			{ length: rules.mels * 2 * rules.encodedFrames },
			(_, i) => 0.8 * Math.sin(0.37 * i),
		);
		return await timeGraphs(graphs, rules, { type: 'float32', dims, data }, tokens);
	} finally {
		await inference.close();
	}
}

/** The runtime with its CPU provider wherever WebAssembly is asked for. */
function onProcessor(node: Runtime): Runtime {
	const intraOpNumThreads = threadCount(availableParallelism(), true);
	const factory = node.InferenceSession;
	const create = (graph: Uint8Array, options: object): ReturnType<typeof factory.create> =>
		factory.create(graph, { ...options, executionProviders: ['cpu'], intraOpNumThreads });
	return {
		...node,
		InferenceSession: new Proxy(factory, {
			get: (target, name) => (name === 'create' ? create : (Reflect.get(target, name) as unknown)),
		}),
	};
}
