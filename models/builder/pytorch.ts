import {
	type Checkpoint,
	type CheckpointTensor,
	damaged,
	elementBytes,
	elementCount,
	type ElementType,
} from './checkpoint.ts';
import {
	PickleCall,
	PickleGlobal,
	PickleReference,
	type PickleValue,
	readPickle,
} from './pickle.ts';
import { storedEntries } from './zip-entries.ts';

const storageTypes: Readonly<Record<string, ElementType>> = {
	'torch.DoubleStorage': 'float64',
	'torch.FloatStorage': 'float32',
	'torch.HalfStorage': 'float16',
	'torch.BFloat16Storage': 'bfloat16',
	'torch.LongStorage': 'int64',
	'torch.IntStorage': 'int32',
	'torch.ShortStorage': 'int16',
	'torch.CharStorage': 'int8',
	'torch.ByteStorage': 'uint8',
	'torch.BoolStorage': 'bool',
};

/**
 * Reads a checkpoint as PyTorch (1.6 and later) saves it: a zip archive of a pickled index and raw
 * storages. Only tensors are read, from dictionaries of any depth; nothing in the file is executed.
 *
 * @returns tensors by name; names inside nested dictionaries are joined with dots
 * @throws ConfabError `ModelUnavailable` when the file is damaged or holds something else.
 */
export function readPyTorchCheckpoint(file: Uint8Array): Checkpoint {
	const entries = storedEntries(file);
	const indexPath = [...entries.keys()].find((path) => path.endsWith('/data.pkl'));
	const index = indexPath === undefined ? undefined : entries.get(indexPath);
	if (indexPath === undefined || !index) throw damaged('it holds no index (data.pkl)');
	const folder = indexPath.slice(0, -'data.pkl'.length);
	const byteOrder = entries.get(`${folder}byteorder`);
	if (byteOrder && new TextDecoder().decode(byteOrder) !== 'little') {
		throw damaged('its numbers are not little-endian');
	}

	const tensors = new Map<string, CheckpointTensor>();
	const visit = (value: PickleValue, name: string): void => {
		if (value instanceof PickleCall && value.callee.startsWith('torch._utils.')) {
			tensors.set(
				name,
				tensorOf(value, (key) => entries.get(`${folder}data/${key}`)),
			);
			return;
		}
		for (const [key, child] of entriesOf(value)) {
			if (typeof key === 'string') visit(child, name === '' ? key : `${name}.${key}`);
		}
	};
	visit(readPickle(index), '');
	if (tensors.size === 0) throw damaged('it holds no tensors');
	return tensors;
}

function entriesOf(value: PickleValue): Iterable<[PickleValue, PickleValue]> {
	if (value instanceof Map) return value;
	if (value instanceof PickleCall) {
		if (value.callee === 'collections.OrderedDict') return value.entries;
		throw damaged(`its index calls ${value.callee}, which is not known`);
	}
	return [];
}

function tensorOf(
	call: PickleCall,
	storageBytes: (key: string) => Uint8Array | undefined,
): CheckpointTensor {
	const [first, offset, shape, strides] = call.args;
	if (call.callee === 'torch._utils._rebuild_parameter' && first instanceof PickleCall) {
		return tensorOf(first, storageBytes);
	}
	if (call.callee !== 'torch._utils._rebuild_tensor_v2' || !(first instanceof PickleReference)) {
		throw damaged(`its index calls ${call.callee}, which is not known`);
	}
	const [tag, storageClass, key] = Array.isArray(first.id) ? first.id : [];
	const type = storageClass instanceof PickleGlobal ? storageTypes[storageClass.name] : undefined;
	if (tag !== 'storage' || typeof key !== 'string' || !type) {
		throw damaged('it refers to a storage of an unknown kind');
	}
	const storage = storageBytes(key);
	if (!storage) throw damaged(`its storage ${key} is missing`);
	const dimensions = wholeNumbers(shape);
	const steps = wholeNumbers(strides);
	if (typeof offset !== 'number' || dimensions.length !== steps.length) {
		throw damaged('a tensor of it has no valid shape');
	}
	return { type, shape: dimensions, bytes: rowMajor(storage, type, offset, dimensions, steps) };
}

function wholeNumbers(value: PickleValue | undefined): number[] {
	if (!Array.isArray(value)) throw damaged('a tensor of it has no valid shape');
	return value.map((number) => {
		if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
		throw damaged('a tensor of it has no valid shape');
	});
}

/** The elements of a strided tensor in row-major order; a view where they already lie like that. */
function rowMajor(
	storage: Uint8Array,
	type: ElementType,
	offset: number,
	shape: readonly number[],
	strides: readonly number[],
): Uint8Array {
	const size = elementBytes[type];
	const count = elementCount(shape);
	let expected = 1;
	let contiguous = true;
	let last = offset;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		const [length, stride] = [shape[axis] ?? 1, strides[axis] ?? 1];
		if (length > 1 && stride !== expected) contiguous = false;
		expected *= length;
		last += (length - 1) * stride;
	}
	if (count > 0 && (last + 1) * size > storage.byteLength) throw damaged('a storage is too short');
	if (contiguous) return storage.subarray(offset * size, (offset + count) * size);

	const bytes = new Uint8Array(count * size);
	const position = shape.map(() => 0);
	let source = offset;
	for (let i = 0; i < count; i++) {
		bytes.set(storage.subarray(source * size, (source + 1) * size), i * size);
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			const [length, stride] = [shape[axis] ?? 1, strides[axis] ?? 1];
			const next = (position[axis] ?? 0) + 1;
			source += stride;
			if (next < length) {
				position[axis] = next;
				break;
			}
			position[axis] = 0;
			source -= length * stride;
		}
	}
	return bytes;
}
