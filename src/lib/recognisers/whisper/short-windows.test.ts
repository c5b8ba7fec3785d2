import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, test } from 'vitest';
import { whisperEncoder } from '../../../../models/whisper/network.ts';
import { GraphBuilder } from '../../conversion/onnx-graph.ts';
import { framesName, withShortWindows } from './short-windows.ts';

const shape = {
	mels: 4,
	width: 8,
	inner: 16,
	heads: 2,
	encoderLayers: 2,
	decoderLayers: 1,
	vocabulary: 10,
	frames: 20,
	tokens: 8,
};

/** The same numbers by name, a shorter table the beginning of a longer. */
function numbers(name: string, dims: readonly number[]): Float32Array {
	const count = dims.reduce((product, length) => product * length, 1);
	return Float32Array.from({ length: count }, (_, i) => Math.sin(name.length + 0.7 * i));
}

const encoder = whisperEncoder(shape, numbers, 'fp32');

async function run(
	graph: Uint8Array,
	columns: number,
): Promise<ort.InferenceSession.OnnxValueMapType> {
	ort.env.wasm.numThreads = 1;
	const session = await ort.InferenceSession.create(graph, { logSeverityLevel: 3 });
	const data = Float32Array.from({ length: shape.mels * columns }, (_, i) => {
		const [mel, column] = [Math.floor(i / columns), i % columns];
		return Math.cos(mel + column / 3);
	});
	const input = new ort.Tensor('float32', data, [1, shape.mels, columns]);
	const found = await session.run({ input_features: input });
	await session.release();
	return found;
}

function rewritten(): Uint8Array {
	const graph = withShortWindows(encoder, shape.frames);
	if (!graph) throw new Error('it has no positions');
	return graph;
}

describe('an encoder for windows of any length', () => {
	test('hears a whole window as before, to the digit', async () => {
		const before = await run(encoder, 40);
		const after = await run(rewritten(), 40);
		expect(after['last_hidden_state']?.data).toEqual(before['last_hidden_state']?.data);
		expect(after[framesName]?.data).toEqual(BigInt64Array.of(20n));
	});

	test.each([2, 7, 19])('hears %i frames as one that was made for so many', async (frames) => {
		const made = whisperEncoder({ ...shape, frames }, numbers, 'fp32');
		const expected = await run(made, 2 * frames);
		const found = await run(rewritten(), 2 * frames);
		expect(found['last_hidden_state']?.dims).toEqual([1, frames, 8]);
		expect(found['last_hidden_state']?.data).toEqual(expected['last_hidden_state']?.data);
		// As it came it takes whole windows alone.
		await expect(run(encoder, 2 * frames)).rejects.toThrow();
	});

	test('is not made of a graph without such positions, or with two of them', () => {
		expect(withShortWindows(encoder, shape.frames + 1)).toBeNull();
		const graph = new GraphBuilder('twice', 17);
		const x = graph.input('input_features', 'float32', [1, 'N', 8]);
		const positions = graph.weights('positions', [20, 8], numbers('positions', [20, 8]));
		const once = graph.node('Add', [x, positions]);
		graph.output('last_hidden_state', graph.node('Add', [once, positions]), 'float32', [1, 'N', 8]);
		expect(withShortWindows(graph.toBytes(), 20)).toBeNull();
	});

	test('is not made of a file that is cut short', () => {
		expect(() => withShortWindows(encoder.subarray(0, encoder.length - 3), 20)).toThrow(
			/cut short/,
		);
	});
});
