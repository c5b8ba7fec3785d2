import { describe, expect, test } from 'vitest';
import { asFloat32 } from './checkpoint.ts';
import { readPickle } from './pickle.ts';
import { readPyTorchCheckpoint } from './pytorch.ts';
import { readSafetensors } from './safetensors.ts';

/** One byte for each character, as pickles have their opcodes. */
const text = (value: string): Uint8Array => Uint8Array.from(value, (char) => char.charCodeAt(0));

function concat(...parts: (Uint8Array | number[] | string)[]): Uint8Array {
	const all = parts.map((part) => (typeof part === 'string' ? text(part) : Uint8Array.from(part)));
	const whole = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of all) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

function little(value: number, bytes: 2 | 4): number[] {
	return Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);
}

/** A zip archive with stored entries (`method` 0), or ones that only claim to be compressed. */
function zip(entries: Record<string, Uint8Array>, method = 0): Uint8Array {
	const local: Uint8Array[] = [];
	const central: Uint8Array[] = [];
	let at = 0;
	for (const [name, data] of Object.entries(entries)) {
		const sizes = [...little(0, 4), ...little(data.length, 4), ...little(data.length, 4)];
		// Four bytes of padding between name and data, as PyTorch aligns its storages.
		const head = concat(
			'PK\x03\x04',
			[...little(20, 2), 0, 0, ...little(method, 2), 0, 0, 0, 0, ...sizes],
			[...little(name.length, 2), ...little(4, 2)],
			name,
			[0, 0, 0, 0],
		);
		central.push(
			concat(
				'PK\x01\x02',
				[...little(20, 2), ...little(20, 2), 0, 0, ...little(method, 2), 0, 0, 0, 0, ...sizes],
				[...little(name.length, 2), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...little(at, 4)],
				name,
			),
		);
		local.push(head, data);
		at += head.length + data.length;
	}
	const table = concat(...central);
	const count = little(central.length, 2);
	return concat(...local, table, 'PK\x05\x06', [
		0,
		0,
		0,
		0,
		...count,
		...count,
		...little(table.length, 4),
		...little(at, 4),
		0,
		0,
	]);
}

const short = (value: string): Uint8Array => concat('X', little(value.length, 4), value);

/** The pickle of `{ name: tensor }` for a 2 x 3 tensor of `storage`, with these strides. */
function index(
	name: string,
	storage: string,
	strides: [number, number],
	callee?: string,
): Uint8Array {
	return concat(
		[0x80, 2],
		'}(',
		short(name),
		callee ?? 'ctorch._utils\n_rebuild_tensor_v2\n',
		'((',
		short('storage'),
		`ctorch\n${storage}\n`,
		short('0'),
		short('cpu'),
		'K\x06tQK\x00K\x02K\x03\x86',
		[0x4b, strides[0], 0x4b, strides[1], 0x86, 0x89],
		'ccollections\nOrderedDict\n)RtRu.',
	);
}

const floats = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);

describe('PyTorch checkpoints', () => {
	const read = (pickle: Uint8Array, storage = floats, method = 0) =>
		readPyTorchCheckpoint(zip({ 'm/data.pkl': pickle, 'm/data/0': storage }, method));

	test('give their tensors', () => {
		const tensor = read(index('layer.weight', 'FloatStorage', [3, 1])).get('layer.weight');
		expect(tensor?.shape).toEqual([2, 3]);
		expect(tensor && [...asFloat32(tensor)]).toEqual([0, 1, 2, 3, 4, 5]);
	});

	test('give transposed tensors in row-major order', () => {
		const tensor = read(index('w', 'FloatStorage', [1, 2])).get('w');
		expect(tensor && [...asFloat32(tensor)]).toEqual([0, 2, 4, 1, 3, 5]);
	});

	test('give half precision as single', () => {
		const half = new Uint8Array(Uint16Array.of(0, 0x3c00, 0xc000, 0x3555, 0x7c00, 1).buffer);
		const tensor = read(index('w', 'HalfStorage', [3, 1]), half).get('w');
		expect(tensor && [...asFloat32(tensor)]).toEqual([
			0,
			1,
			-2,
			Math.fround(0.333251953125),
			Infinity,
			2 ** -24,
		]);
	});

	test.each([
		[
			'call a function that is not known',
			index('w', 'FloatStorage', [3, 1], 'cos\nsystem\n'),
			floats,
		],
		['hold a storage that is too short', index('w', 'FloatStorage', [3, 1]), floats.subarray(4)],
		['hold a storage of an unknown kind', index('w', 'QuantStorage', [3, 1]), floats],
		['hold no tensors', concat([0x80, 2], '}.'), floats],
	])('are refused when they %s', (_, pickle, storage) => {
		expect(() => read(pickle, storage)).toThrow(/cannot be read/);
	});

	test('are refused when compressed or no archive', () => {
		expect(() => read(index('w', 'FloatStorage', [3, 1]), floats, 8)).toThrow(/compressed/);
		expect(() => readPyTorchCheckpoint(text('hello'))).toThrow(/not a zip/);
	});
});

describe('pickles', () => {
	test('of plain values', () => {
		const pickle = concat(
			[0x80, 2],
			'](',
			'J\xff'.slice(0, 1),
			[255, 255, 255, 255],
			[0x4d, 0, 1, 0x8a, 2, 0, 128, 0x88, 0x4e],
			'G',
			[63, 248, 0, 0, 0, 0, 0, 0],
			'e.',
		);
		expect(readPickle(pickle)).toEqual([-1, 256, -32768, true, null, 1.5]);
	});

	test('that end too early, or use what is not read, are refused', () => {
		expect(() => readPickle(Uint8Array.of(0x80, 2, 0x4a, 1))).toThrow(/cut short/);
		expect(() => readPickle(text('i'))).toThrow(/opcode 0x69/);
	});
});

describe('safetensors', () => {
	const file = (header: unknown, data = floats): Uint8Array => {
		const json = text(typeof header === 'string' ? header : JSON.stringify(header));
		return concat(little(json.length, 4), [0, 0, 0, 0], json, data);
	};

	test('give their tensors', () => {
		const tensors = readSafetensors(
			file({
				__metadata__: { format: 'pt' },
				a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
				b: { dtype: 'BF16', shape: [4], data_offsets: [16, 24] },
			}),
		);
		expect([...tensors.keys()]).toEqual(['a', 'b']);
		const [a, b] = [tensors.get('a'), tensors.get('b')];
		expect(a && [...asFloat32(a)]).toEqual([0, 1, 2, 3]);
		// The upper halves of 4 and 5 in single precision, between the lower ones.
		expect(b && [...asFloat32(b)]).toEqual([0, 4, 0, 5]);
	});

	test.each([
		['too short', Uint8Array.of(1, 2)],
		['with a header that is cut short', file('{"a"').subarray(0, 10)],
		['with a header that is not JSON', file('{"a"')],
		['with a tensor outside', file({ a: { dtype: 'F32', shape: [9], data_offsets: [0, 36] } })],
		[
			'with a shape that does not fit',
			file({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 16] } }),
		],
		['with an unknown type', file({ a: { dtype: 'F8', shape: [4], data_offsets: [0, 4] } })],
		['with a tensor without a shape', file({ a: { dtype: 'F32', data_offsets: [0, 4] } })],
	])('%s are refused', (_, bytes) => {
		expect(() => readSafetensors(bytes)).toThrow(/cannot be read/);
	});
});
