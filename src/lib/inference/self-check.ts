import { fromHalf, toHalf } from '../signal/half-precision.ts';
import { elementCount } from './shapes.ts';
import type { ReferenceCheck, SampledTensor, TensorFormula } from './manifest.ts';
import type { Tensor, Tensors } from './model.ts';

/** What a run of a model's reference input came to. */
export interface CheckOutcome {
	readonly passed: boolean;
	/** Largest difference, as a fraction of the larger of 1 and the largest expected value. */
	readonly deviation: number;
}

/** What of each output is written down as the reference, by name. */
export type SampledOutputs = Readonly<Record<string, SampledTensor>>;

/** Where outcomes, and references that were computed here, are remembered. Losing them costs one small run of a model, no more. */
export interface CheckMemory {
	get(key: string): Promise<unknown>;
	set(key: string, value: CheckOutcome | SampledOutputs): Promise<void>;
}

/** Remembers until the page goes. */
export class VolatileCheckMemory implements CheckMemory {
	readonly #outcomes = new Map<string, CheckOutcome | SampledOutputs>();

	get(key: string): Promise<unknown> {
		return Promise.resolve(this.#outcomes.get(key));
	}

	set(key: string, value: CheckOutcome | SampledOutputs): Promise<void> {
		this.#outcomes.set(key, value);
		return Promise.resolve();
	}
}

/** The reference input: element i is `offset + amplitude * sin(step * i)`. */
export function referenceInputs(formulas: ReferenceCheck['inputs']): Tensors {
	return Object.fromEntries(
		Object.entries(formulas).map(([name, formula]) => [name, tensorOf(formula)]),
	);
}

function tensorOf({ type, dims, offset, amplitude, step }: TensorFormula): Tensor {
	const count = elementCount(dims);
	if (type === 'int64') {
		const data = new BigInt64Array(count);
		for (let i = 0; i < count; i++) {
			data[i] = BigInt(Math.round(offset + amplitude * Math.sin(step * i)));
		}
		return { type, dims, data };
	}
	const data = new Float32Array(count);
	for (let i = 0; i < count; i++) data[i] = offset + amplitude * Math.sin(step * i);
	if (type === 'float16') return { type, dims, data: toHalf(data) };
	if (type === 'bool') return { type, dims, data: Uint8Array.from(data, Math.round) };
	if (type === 'int32') return { type, dims, data: Int32Array.from(data, Math.round) };
	return { type, dims, data };
}

/** Elements kept of each output; enough to see any wrong channel or step. */
const sampleCount = 32;

/** What of an output is written down as the reference: elements spread evenly over it. */
function sampleOutput(tensor: Tensor): SampledTensor {
	const { dims, data } = tensor;
	const count = Math.min(sampleCount, data.length);
	const indices = Array.from({ length: count }, (_, i) => Math.floor((i * data.length) / count));
	const values = indices.map((index) => Number(elementOf(tensor, index).toPrecision(7)));
	return { dims: [...dims], indices, values };
}

/**
 * Compares a run with the reference. Outputs of other names or shapes, or with numbers that are not
 * finite, are infinitely far off.
 */
export function compareOutputs(
	expectedOutputs: SampledOutputs,
	tolerance: number,
	outputs: Tensors,
): CheckOutcome {
	let deviation = 0;
	for (const [name, expected] of Object.entries(expectedOutputs)) {
		const found = outputs[name];
		if (found?.dims.join() !== expected.dims.join()) {
			return { passed: false, deviation: Number.POSITIVE_INFINITY };
		}
		const scale = Math.max(1, ...expected.values.map(Math.abs));
		expected.indices.forEach((index, i) => {
			const difference = Math.abs(elementOf(found, index) - (expected.values[i] ?? Number.NaN));
			// Written so that NaN counts as far off.
			deviation =
				difference <= Number.MAX_VALUE ? Math.max(deviation, difference / scale) : Infinity;
		});
	}
	return { passed: deviation <= tolerance, deviation };
}

/** All outputs as the reference. */
export function sampleOutputs(outputs: Tensors): SampledOutputs {
	return Object.fromEntries(
		Object.entries(outputs).map(([name, tensor]) => [name, sampleOutput(tensor)]),
	);
}

function elementOf({ type, data }: Tensor, index: number): number {
	const element = Number(data[index]);
	return type === 'float16' ? fromHalf(element) : element;
}

/** A failed check in words. */
export function mismatchWords(
	provider: string,
	{ deviation }: CheckOutcome,
	tolerance: number,
): string {
	return `wrong on ${provider}: off its reference by ${deviation.toPrecision(2)}, ${tolerance} allowed`;
}
