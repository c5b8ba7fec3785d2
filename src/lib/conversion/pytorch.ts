import {
	type Checkpoint,
	type CheckpointTensor,
	damaged,
	elementBytes,
	elementCount,
	type ElementType,
	type StoredCheckpoint,
	type StoredTensor,
} from './checkpoint.ts';
import {
	PickleCall,
	PickleGlobal,
	PickleReference,
	type PickleValue,
	readPickle,
} from './pickle.ts';
import type { RandomAccess } from './random-access.ts';
import { contentOf, readZipDirectory } from './zip-archive.ts';
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

/** Where a tensor lies: in one of the storages, row by row or in strides, counted in elements. */
interface TensorPlace {
	readonly type: ElementType;
	readonly shape: readonly number[];
	/** Name of the storage. */
	readonly key: string;
	readonly offset: number;
	readonly strides: readonly number[];
}

/**
 * Reads a checkpoint as PyTorch (1.6 and later) saves it: a zip archive of a pickled index and raw
 * storages. Only tensors are read, from dictionaries of any depth; nothing in the file is executed.
 *
 * @returns tensors by name; names inside nested dictionaries are joined with dots
 * @throws ConfabError `ModelUnavailable` when the file is damaged or holds something else.
 */
export function readPyTorchCheckpoint(file: Uint8Array): Checkpoint {
	const entries = storedEntries(file);
	const folder = folderOf(entries.keys());
	const byteOrder = entries.get(`${folder}byteorder`);
	if (byteOrder) checkByteOrder(byteOrder);
	const index = entries.get(`${folder}data.pkl`) ?? new Uint8Array();
	const tensors = new Map<string, CheckpointTensor>();
	for (const [name, place] of readIndex(index)) {
		const storage = entries.get(`${folder}data/${place.key}`);
		if (!storage) throw damaged(`its storage ${place.key} is missing`);
		checkPlace(place, storage.byteLength);
		tensors.set(name, {
			type: place.type,
			shape: place.shape,
			bytes: isRowMajor(place)
				? storage.subarray(...bytesOf(place, place.offset))
				: rowMajor(storage, place),
		});
	}
	return tensors;
}

/**
 * The same for a checkpoint of any size: its tensors are read one by one, when they are asked for.
 *
 * @throws ConfabError `ModelUnavailable` when the file is damaged or holds something else.
 */
export async function openPyTorchCheckpoint(file: RandomAccess): Promise<StoredCheckpoint> {
	const entries = new Map((await readZipDirectory(file)).map((entry) => [entry.path, entry]));
	const folder = folderOf(entries.keys());
	const open = async (path: string): Promise<RandomAccess | null> => {
		const entry = entries.get(`${folder}${path}`);
		if (entry?.compressed) throw damaged(`its entry "${entry.path}" is compressed`);
		return entry ? contentOf(file, entry) : null;
	};
	const byteOrder = await open('byteorder');
	if (byteOrder) checkByteOrder(await byteOrder.read(0, byteOrder.size));
	const index = await open('data.pkl');
	const tensors = new Map<string, StoredTensor>();
	for (const [name, place] of readIndex((await index?.read(0, index.size)) ?? new Uint8Array())) {
		const size = entries.get(`${folder}data/${place.key}`)?.bytes;
		if (size === undefined) throw damaged(`its storage ${place.key} is missing`);
		checkPlace(place, size);
		tensors.set(name, {
			type: place.type,
			shape: place.shape,
			read: async (bytes = Infinity) => {
				const storage = await open(`data/${place.key}`);
				if (!storage) throw damaged(`its storage ${place.key} is missing`);
				if (!isRowMajor(place)) {
					return rowMajor(await storage.read(0, storage.size), place).subarray(0, bytes);
				}
				const [start, end] = bytesOf(place, place.offset);
				return storage.read(start, Math.min(bytes, end - start));
			},
		});
	}
	return tensors;
}

function folderOf(paths: Iterable<string>): string {
	const index = [...paths].find((path) => path.endsWith('/data.pkl'));
	if (index === undefined) throw damaged('it holds no index (data.pkl)');
	return index.slice(0, -'data.pkl'.length);
}

function checkByteOrder(text: Uint8Array): void {
	if (new TextDecoder().decode(text) !== 'little') {
		throw damaged('its numbers are not little-endian');
	}
}

function readIndex(pickle: Uint8Array): Map<string, TensorPlace> {
	const places = new Map<string, TensorPlace>();
	const visit = (value: PickleValue, name: string): void => {
		if (value instanceof PickleCall && value.callee.startsWith('torch._utils.')) {
			places.set(name, placeOf(value));
			return;
		}
		for (const [key, child] of entriesOf(value)) {
			if (typeof key === 'string') visit(child, name === '' ? key : `${name}.${key}`);
		}
	};
	visit(readPickle(pickle), '');
	if (places.size === 0) throw damaged('it holds no tensors');
	return places;
}

function entriesOf(value: PickleValue): Iterable<[PickleValue, PickleValue]> {
	if (value instanceof Map) return value;
	if (value instanceof PickleCall) {
		if (value.callee === 'collections.OrderedDict') return value.entries;
		throw damaged(`its index calls ${value.callee}, which is not known`);
	}
	return [];
}

function placeOf(call: PickleCall): TensorPlace {
	const [first, offset, shape, strides] = call.args;
	if (call.callee === 'torch._utils._rebuild_parameter' && first instanceof PickleCall) {
		return placeOf(first);
	}
	if (call.callee !== 'torch._utils._rebuild_tensor_v2' || !(first instanceof PickleReference)) {
		throw damaged(`its index calls ${call.callee}, which is not known`);
	}
	const [tag, storageClass, key] = Array.isArray(first.id) ? first.id : [];
	const type = storageClass instanceof PickleGlobal ? storageTypes[storageClass.name] : undefined;
	if (tag !== 'storage' || typeof key !== 'string' || !type) {
		throw damaged('it refers to a storage of an unknown kind');
	}
	const dimensions = wholeNumbers(shape);
	const steps = wholeNumbers(strides);
	if (typeof offset !== 'number' || dimensions.length !== steps.length) {
		throw damaged('a tensor of it has no valid shape');
	}
	return { type, shape: dimensions, key, offset, strides: steps };
}

function wholeNumbers(value: PickleValue | undefined): number[] {
	if (!Array.isArray(value)) throw damaged('a tensor of it has no valid shape');
	return value.map((number) => {
		if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
		throw damaged('a tensor of it has no valid shape');
	});
}

/** First byte, and the byte after the last, of the tensor's elements from `offset` on. */
function bytesOf({ type, shape }: TensorPlace, offset: number): [number, number] {
	const size = elementBytes[type];
	return [offset * size, (offset + elementCount(shape)) * size];
}

function isRowMajor({ shape, strides }: TensorPlace): boolean {
	let expected = 1;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		const length = shape[axis] ?? 1;
		if (length > 1 && strides[axis] !== expected) return false;
		expected *= length;
	}
	return true;
}

function checkPlace({ type, shape, strides, offset }: TensorPlace, storageBytes: number): void {
	if (elementCount(shape) === 0) return;
	const last = shape.reduce(
		(sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 1),
		offset,
	);
	if ((last + 1) * elementBytes[type] > storageBytes) throw damaged('a storage is too short');
}

/** The elements of a strided tensor in row-major order. */
function rowMajor(
	storage: Uint8Array,
	{ type, shape, strides, offset }: TensorPlace,
): Uint8Array<ArrayBuffer> {
	const size = elementBytes[type];
	const count = elementCount(shape);
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
