import { fromHalf } from '../signal/half-precision.ts';
import { ConfabError } from '../support/errors.ts';

/** Element types that checkpoints of both kinds hold, and their size in bytes. */
export const elementBytes = {
	float64: 8,
	float32: 4,
	float16: 2,
	bfloat16: 2,
	int64: 8,
	int32: 4,
	int16: 2,
	int8: 1,
	uint8: 1,
	bool: 1,
} as const;

export type ElementType = keyof typeof elementBytes;

/** One tensor of a checkpoint, row-major and little-endian, whatever file it came from. */
export interface CheckpointTensor {
	readonly type: ElementType;
	readonly shape: readonly number[];
	/** `elementCount(shape) * elementBytes[type]` bytes, possibly a view into the whole file. */
	readonly bytes: Uint8Array;
}

export type Checkpoint = ReadonlyMap<string, CheckpointTensor>;

/** One tensor of a checkpoint that is not in memory. */
export interface StoredTensor {
	readonly type: ElementType;
	readonly shape: readonly number[];
	/** Its elements, as in `CheckpointTensor`; or only the first so many bytes of them. */
	read(bytes?: number): Promise<Uint8Array>;
}

export type StoredCheckpoint = ReadonlyMap<string, StoredTensor>;

/** The error for a checkpoint file that is not what it should be. */
export function damaged(what: string): ConfabError {
	return new ConfabError('ModelUnavailable', `The checkpoint cannot be read: ${what}.`);
}

/** Product of the dimensions; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
	return shape.reduce((product, dimension) => product * dimension, 1);
}

/** The tensor's numbers in single precision (a copy). @throws ConfabError for whole-number types. */
export function asFloat32(tensor: CheckpointTensor): Float32Array {
	const { bytes, type } = tensor;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const values = new Float32Array(bytes.byteLength / elementBytes[type]);
	switch (type) {
		case 'float32':
			// Every platform that browsers run on is little-endian.
			new Uint8Array(values.buffer).set(bytes);
			break;
		case 'float64':
			for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(8 * i, true);
			break;
		case 'float16':
			for (let i = 0; i < values.length; i++) values[i] = fromHalf(view.getUint16(2 * i, true));
			break;
		case 'bfloat16': {
			const bits = new Uint32Array(values.buffer);
			for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, true) << 16;
			break;
		}
		case 'int64':
		case 'int32':
		case 'int16':
		case 'int8':
		case 'uint8':
		case 'bool':
			throw damaged(`a tensor of ${type} stands where weights are expected`);
	}
	return values;
}

/**
 * One tensor by name, checked for its shape.
 *
 * @throws ConfabError `ModelUnavailable` when it is missing or of another shape.
 */
export function weightsOf(
	checkpoint: Checkpoint,
	name: string,
	shape: readonly number[],
): Float32Array {
	const tensor = checkpoint.get(name);
	if (!tensor) throw damaged(`it holds no "${name}"`);
	if (tensor.shape.join() !== shape.join()) {
		throw damaged(`"${name}" is [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`);
	}
	return asFloat32(tensor);
}
