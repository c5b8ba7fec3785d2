import { elementCount } from '../../src/lib/conversion/checkpoint.ts';
import type { FileSink, FileStore } from '../../src/lib/conversion/random-access.ts';
import { weightsByRule } from './weight-rule.ts';

/** Names and shapes, in the order in which the tensors are to lie in a file. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);

/** Writes weights by rule as a safetensors file, tensor by tensor. */
export async function writeSafetensors(
	store: FileStore,
	path: string,
	tensors: TensorShapes,
): Promise<void> {
	const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
	let end = 0;
	for (const [name, shape] of tensors) {
		const start = end;
		end += 4 * elementCount(shape);
		header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
	}
	const json = text(JSON.stringify(header));
	const length = new Uint8Array(8);
	new DataView(length.buffer).setBigUint64(0, BigInt(json.byteLength), true);
	await writing(store, path, async (sink) => {
		await sink.write(length);
		await sink.write(json);
		for (const [name, shape] of tensors) await sink.write(bytesByRule(name, shape));
	});
}

/**
 * Writes weights by rule as PyTorch saves a state dictionary: a zip archive of a pickle that says
 * which storage each tensor is, and the storages, all stored without compression.
 */
export async function writePyTorch(
	store: FileStore,
	path: string,
	tensors: TensorShapes,
): Promise<void> {
	await writing(store, path, async (sink) => {
		const archive = new StoredZip(sink);
		await archive.add('archive/data.pkl', pickleOf(tensors));
		await archive.add('archive/byteorder', text('little'));
		let key = 0;
		for (const [name, shape] of tensors) {
			await archive.add(`archive/data/${key++}`, bytesByRule(name, shape));
		}
		await archive.add('archive/version', text('3\n'));
		await archive.finish();
	});
}

/**
 * Writes weights by rule in several files with an index, as `save_pretrained` does with large ones.
 *
 * @param write one file: `writeSafetensors` or `writePyTorch`
 * @param stem and ending of the files: `['model', 'safetensors']`
 */
export async function writeShards(
	store: FileStore,
	[stem, ending]: readonly [string, string],
	tensors: TensorShapes,
	count: number,
	write: (store: FileStore, path: string, tensors: TensorShapes) => Promise<void>,
): Promise<void> {
	const all = [...tensors];
	const weightMap: Record<string, string> = {};
	const digits = (number: number): string => String(number).padStart(5, '0');
	for (let shard = 0; shard < count; shard++) {
		const name = `${stem}-${digits(shard + 1)}-of-${digits(count)}.${ending}`;
		const part = all.filter((_, i) => i % count === shard);
		for (const [tensor] of part) weightMap[tensor] = name;
		await write(store, name, new Map(part));
	}
	const index = text(JSON.stringify({ metadata: {}, weight_map: weightMap }));
	await writing(store, `${stem}.${ending}.index.json`, (sink) => sink.write(index));
}

function bytesByRule(name: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
	return new Uint8Array(weightsByRule(name, shape).buffer as ArrayBuffer);
}

async function writing(
	store: FileStore,
	path: string,
	write: (sink: FileSink) => Promise<void>,
): Promise<void> {
	const sink = await store.create(path);
	try {
		await write(sink);
		await sink.close();
	} catch (error) {
		await sink.discard();
		throw error;
	}
}

/** The pickle (protocol 2) of `OrderedDict(name -> tensor)`, one storage for each tensor. */
function pickleOf(tensors: TensorShapes): Uint8Array<ArrayBuffer> {
	const bytes: number[] = [0x80, 2];
	const op = (characters: string): void => {
		for (const character of characters) bytes.push(character.charCodeAt(0));
	};
	const int = (value: number): void => {
		bytes.push(0x4a, value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255);
	};
	const string = (value: string): void => {
		const encoded = text(value);
		bytes.push(0x58, encoded.length & 255, encoded.length >> 8, 0, 0, ...encoded);
	};
	const tuple = (values: readonly number[]): void => {
		op('(');
		values.forEach(int);
		op('t');
	};
	op('ccollections\nOrderedDict\n)R(');
	let key = 0;
	for (const [name, shape] of tensors) {
		string(name);
		op('ctorch._utils\n_rebuild_tensor_v2\n((');
		string('storage');
		op('ctorch\nFloatStorage\n');
		string(String(key++));
		string('cpu');
		int(elementCount(shape));
		op('tQ');
		int(0);
		tuple(shape);
		tuple(shape.map((_, axis) => elementCount(shape.slice(axis + 1))));
		bytes.push(0x89);
		op('ccollections\nOrderedDict\n)RtR');
	}
	op('u.');
	return Uint8Array.from(bytes);
}

/** Writes a zip archive of entries that are stored as they are; no zip64, so below 4 GiB. */
class StoredZip {
	readonly #sink: FileSink;
	readonly #directory: Uint8Array<ArrayBuffer>[] = [];
	#at = 0;

	constructor(sink: FileSink) {
		this.#sink = sink;
	}

	async add(path: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
		const name = text(path);
		// Storages start at multiples of 64 bytes, as PyTorch has it; the gap is an extra field.
		const gap = 4 + ((64 - ((this.#at + 34 + name.length) % 64)) % 64);
		const common = [
			...little(20, 2),
			...little(0, 2),
			...little(0, 2),
			...little(0, 4),
			...little(crc32(content), 4),
			...little(content.length, 4),
			...little(content.length, 4),
			...little(name.length, 2),
		];
		const extra = [...little(0x4246, 2), ...little(gap - 4, 2), ...Array<number>(gap - 4).fill(0)];
		const header = [...little(0x04034b50, 4), ...common, ...little(gap, 2), ...name, ...extra];
		this.#directory.push(
			Uint8Array.from([
				...little(0x02014b50, 4),
				...little(20, 2),
				...common,
				...little(0, 2),
				...little(0, 2),
				...little(0, 2),
				...little(0, 2),
				...little(0, 4),
				...little(this.#at, 4),
				...name,
			]),
		);
		await this.#sink.write(Uint8Array.from(header));
		await this.#sink.write(content);
		this.#at += header.length + content.length;
	}

	async finish(): Promise<void> {
		const start = this.#at;
		for (const entry of this.#directory) {
			await this.#sink.write(entry);
			this.#at += entry.length;
		}
		const count = little(this.#directory.length, 2);
		const end = [...little(0x06054b50, 4), 0, 0, 0, 0, ...count, ...count];
		end.push(...little(this.#at - start, 4), ...little(start, 4), 0, 0);
		await this.#sink.write(Uint8Array.from(end));
	}
}

function little(value: number, bytes: 2 | 4): number[] {
	return Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);
}

/** CRC-32 of zip and gzip, reflected polynomial 0xedb88320. */
function crc32(content: Uint8Array): number {
	const table = Uint32Array.from({ length: 256 }, (_, byte) => {
		let value = byte;
		for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
		return value;
	});
	let crc = 0xffffffff;
	for (let i = 0; i < content.length; i++) {
		crc = (crc >>> 8) ^ table[(crc ^ content[i]!) & 255]!;
	}
	return (crc ^ 0xffffffff) >>> 0;
}
