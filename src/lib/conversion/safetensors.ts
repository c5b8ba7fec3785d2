import * as v from 'valibot';
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
import type { RandomAccess } from './random-access.ts';

const types: Readonly<Record<string, ElementType>> = {
	F64: 'float64',
	F32: 'float32',
	F16: 'float16',
	BF16: 'bfloat16',
	I64: 'int64',
	I32: 'int32',
	I16: 'int16',
	I8: 'int8',
	U8: 'uint8',
	BOOL: 'bool',
};

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const entrySchema = v.object({
	dtype: v.string(),
	shape: v.array(whole),
	data_offsets: v.tuple([whole, whole]),
});

/**
 * Reads a safetensors file: the header's length (8 bytes, little-endian), a JSON header, the data.
 *
 * @returns tensors by name, as views into `file`
 * @throws ConfabError `ModelUnavailable` when the file is damaged.
 */
export function readSafetensors(file: Uint8Array): Checkpoint {
	const dataStart = headerEnd(file, file.byteLength);
	const tensors = new Map<string, CheckpointTensor>();
	for (const { name, type, shape, start, end } of places(file.subarray(8, dataStart), dataStart)) {
		if (end > file.byteLength) throw damaged(`"${name}" lies outside the file`);
		tensors.set(name, { type, shape, bytes: file.subarray(start, end) });
	}
	return tensors;
}

/**
 * The same for a file of any size: its tensors are read one by one, when they are asked for.
 *
 * @throws ConfabError `ModelUnavailable` when the file is damaged.
 */
export async function openSafetensors(file: RandomAccess): Promise<StoredCheckpoint> {
	const dataStart = headerEnd(await file.read(0, Math.min(8, file.size)), file.size);
	const header = await file.read(8, dataStart - 8);
	const tensors = new Map<string, StoredTensor>();
	for (const { name, type, shape, start, end } of places(header, dataStart)) {
		if (end > file.size) throw damaged(`"${name}" lies outside the file`);
		tensors.set(name, {
			type,
			shape,
			read: (bytes = end - start) => file.read(start, Math.min(bytes, end - start)),
		});
	}
	return tensors;
}

function headerEnd(start: Uint8Array, fileBytes: number): number {
	if (start.byteLength < 8) throw damaged('it is too short for a header');
	const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
	const dataStart = 8 + Number(view.getBigUint64(0, true));
	if (dataStart > fileBytes) throw damaged('its header is cut short');
	return dataStart;
}

interface TensorPlace {
	readonly name: string;
	readonly type: ElementType;
	readonly shape: readonly number[];
	/** First byte in the file, and the one after the last. */
	readonly start: number;
	readonly end: number;
}

function places(header: Uint8Array, dataStart: number): TensorPlace[] {
	return Object.entries(parseHeader(header)).map(([name, entry]) => {
		const { dtype, shape, data_offsets: offsets } = entry;
		const type = types[dtype];
		if (!type) throw damaged(`"${name}" is of the unknown type ${dtype}`);
		const [start, end] = [dataStart + offsets[0], dataStart + offsets[1]];
		if (start > end) throw damaged(`"${name}" lies outside the file`);
		if (end - start !== elementCount(shape) * elementBytes[type]) {
			throw damaged(`"${name}" has not as many bytes as its shape asks for`);
		}
		return { name, type, shape, start, end };
	});
}

function parseHeader(bytes: Uint8Array): Record<string, v.InferOutput<typeof entrySchema>> {
	let json: unknown;
	try {
		json = JSON.parse(new TextDecoder().decode(bytes));
	} catch {
		throw damaged('its header is not JSON');
	}
	const header = v.safeParse(v.record(v.string(), v.unknown()), json);
	if (!header.success) throw damaged('its header is not a JSON object');
	// The one entry that is no tensor holds texts about the file.
	const { __metadata__: _, ...rest } = header.output;
	const parsed = v.safeParse(v.record(v.string(), entrySchema), rest);
	if (!parsed.success) throw damaged(`its header is wrong: ${v.summarize(parsed.issues)}`);
	return parsed.output;
}
