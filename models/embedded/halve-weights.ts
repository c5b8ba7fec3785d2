/**
 * Stores an ONNX model's large weights as half precision, each with a Cast back to single: half the size, the same
 * arithmetic. Runtimes fold the casts when they load the model.
 *
 *   npx tsx models/embedded/halve-weights.ts IN.onnx OUT.onnx
 */
import { readFileSync, writeFileSync } from 'node:fs';
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;

/** Below this many values a weight stays as it is. */
const smallest = 256;

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) throw new TypeError('Usage: IN.onnx OUT.onnx');

/** Nearest half-precision number, ties to even; what is too large or too small for one is refused or becomes 0. */
function toHalf(value: number): number {
	const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
	const size = Math.abs(value);
	if (!(size < 65_504)) throw new RangeError(`${value} does not fit into half precision`);
	// Spacing of half-precision numbers around `size`; below 2^-14 it is that of the subnormal ones.
	const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -24)));
	const steps = size / 2 ** (exponent - 10);
	const floor = Math.floor(steps);
	const rest = steps - floor;
	const mantissa = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
	// A mantissa of 2048 carries into the exponent by itself.
	return mantissa < 1024 ? sign | mantissa : sign | (((exponent + 15) << 10) + mantissa - 1024);
}

const model = onnx.ModelProto.decode(readFileSync(input));
const graph = model.graph;
if (!graph?.initializer || !graph.node) throw new TypeError(`${input} has no graph`);
const casts: InstanceType<typeof onnx.NodeProto>[] = [];
for (const weight of graph.initializer) {
	const raw = weight.rawData;
	const isFloat = weight.dataType === onnx.TensorProto.DataType.FLOAT;
	if (!isFloat || !raw || raw.length < 4 * smallest) continue;
	const values = new Float32Array(new Uint8Array(raw).buffer);
	weight.rawData = new Uint8Array(Uint16Array.from(values, toHalf).buffer);
	weight.dataType = onnx.TensorProto.DataType.FLOAT16;
	const name = weight.name ?? '';
	weight.name = `${name}.half`;
	casts.push(
		onnx.NodeProto.create({
			opType: 'Cast',
			name: `${name}.cast`,
			input: [weight.name],
			output: [name],
			attribute: [
				{
					name: 'to',
					type: onnx.AttributeProto.AttributeType.INT,
					i: onnx.TensorProto.DataType.FLOAT,
				},
			],
		}),
	);
}
graph.node.unshift(...casts);
const bytes = onnx.ModelProto.encode(model).finish();
writeFileSync(output, bytes);
console.log(`${casts.length} weights halved, ${bytes.length} bytes`);
