import { damaged } from './checkpoint.ts';

/** A class or function that a pickle names; calling it is up to the reader. */
export class PickleGlobal {
	readonly name: string;
	constructor(name: string) {
		this.name = name;
	}
}

/** What a pickle refers to outside itself: for PyTorch, a storage. */
export class PickleReference {
	readonly id: PickleValue;
	constructor(id: PickleValue) {
		this.id = id;
	}
}

/** The result of a call that the pickle asks for. */
export class PickleCall {
	readonly callee: string;
	readonly args: readonly PickleValue[];
	/** Entries set on the result afterwards (for `collections.OrderedDict`). */
	readonly entries = new Map<PickleValue, PickleValue>();
	constructor(callee: string, args: readonly PickleValue[]) {
		this.callee = callee;
		this.args = args;
	}
}

export type PickleValue =
	| null
	| boolean
	| number
	| bigint
	| string
	| PickleValue[]
	| Map<PickleValue, PickleValue>
	| PickleGlobal
	| PickleReference
	| PickleCall;

/**
 * Reads the part of the pickle protocol (2) that checkpoints of weights use. Nothing is executed:
 * calls come back as `PickleCall`, for the reader of the checkpoint to know or to refuse.
 *
 * @throws ConfabError `ModelUnavailable` for any other opcode, or a pickle that is cut short.
 */
export function readPickle(bytes: Uint8Array): PickleValue {
	return new PickleReader(bytes).read();
}

class PickleReader {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	#at = 0;
	#stack: PickleValue[] = [];
	/** Stacks set aside at a mark. */
	readonly #marked: PickleValue[][] = [];
	readonly #memo = new Map<number, PickleValue>();

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	read(): PickleValue {
		for (;;) {
			const opcode = this.#u8();
			if (opcode === 0x2e /* STOP */) return this.#pop();
			this.#step(opcode);
		}
	}

	#step(opcode: number): void {
		switch (opcode) {
			case 0x80: // PROTO
				this.#take(1);
				break;
			case 0x28: // MARK
				this.#marked.push(this.#stack);
				this.#stack = [];
				break;
			case 0x4e: // NONE
				this.#push(null);
				break;
			case 0x88: // NEWTRUE
				this.#push(true);
				break;
			case 0x89: // NEWFALSE
				this.#push(false);
				break;
			case 0x4a: // BININT
				this.#push(this.#view.getInt32(this.#take(4), true));
				break;
			case 0x4b: // BININT1
				this.#push(this.#u8());
				break;
			case 0x4d: // BININT2
				this.#push(this.#view.getUint16(this.#take(2), true));
				break;
			case 0x8a: // LONG1
				this.#push(this.#long(this.#u8()));
				break;
			case 0x47: // BINFLOAT
				this.#push(this.#view.getFloat64(this.#take(8), false));
				break;
			case 0x58: // BINUNICODE
				this.#push(this.#text(this.#u32()));
				break;
			case 0x8c: // SHORT_BINUNICODE
				this.#push(this.#text(this.#u8()));
				break;
			case 0x63: // GLOBAL
				this.#push(new PickleGlobal(`${this.#line()}.${this.#line()}`));
				break;
			case 0x71: // BINPUT
				this.#memo.set(this.#u8(), this.#top());
				break;
			case 0x72: // LONG_BINPUT
				this.#memo.set(this.#u32(), this.#top());
				break;
			case 0x68: // BINGET
				this.#push(this.#remembered(this.#u8()));
				break;
			case 0x6a: // LONG_BINGET
				this.#push(this.#remembered(this.#u32()));
				break;
			case 0x29: // EMPTY_TUPLE
			case 0x5d: // EMPTY_LIST
				this.#push([]);
				break;
			case 0x7d: // EMPTY_DICT
				this.#push(new Map());
				break;
			case 0x74: // TUPLE
				this.#push(this.#toMark());
				break;
			case 0x85: // TUPLE1
			case 0x86: // TUPLE2
			case 0x87: // TUPLE3
				this.#push(this.#last(opcode - 0x84));
				break;
			case 0x61: // APPEND
				this.#appendTo(this.#last(1));
				break;
			case 0x65: // APPENDS
				this.#appendTo(this.#toMark());
				break;
			case 0x73: // SETITEM
				this.#setItems(this.#last(2));
				break;
			case 0x75: // SETITEMS
				this.#setItems(this.#toMark());
				break;
			case 0x51: // BINPERSID
				this.#push(new PickleReference(this.#pop()));
				break;
			case 0x52: // REDUCE
				this.#call();
				break;
			case 0x62: // BUILD: attributes of the object below (an OrderedDict's _metadata): not data
				this.#pop();
				break;
			default:
				throw damaged(`its index uses the pickle opcode 0x${opcode.toString(16)}`);
		}
	}

	#call(): void {
		const args = this.#pop();
		const callee = this.#pop();
		if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) {
			throw damaged('its index calls something that is not a function');
		}
		this.#push(new PickleCall(callee.name, args));
	}

	#appendTo(items: readonly PickleValue[]): void {
		const list = this.#top();
		if (!Array.isArray(list)) throw damaged('its index appends to something that is not a list');
		list.push(...items);
	}

	#setItems(items: readonly PickleValue[]): void {
		const target = this.#top();
		const entries = target instanceof PickleCall ? target.entries : target;
		if (!(entries instanceof Map))
			throw damaged('its index sets items of something else than a map');
		for (let i = 0; i + 1 < items.length; i += 2) {
			const [key, value] = [items[i], items[i + 1]];
			if (key !== undefined && value !== undefined) entries.set(key, value);
		}
	}

	#take(length: number): number {
		const start = this.#at;
		this.#at += length;
		if (this.#at > this.#bytes.byteLength) throw damaged('its index is cut short');
		return start;
	}

	#u8(): number {
		return this.#view.getUint8(this.#take(1));
	}

	#u32(): number {
		return this.#view.getUint32(this.#take(4), true);
	}

	/** A little-endian two's complement number of any length. */
	#long(length: number): number | bigint {
		const start = this.#take(length);
		let value = 0n;
		for (let i = length - 1; i >= 0; i--) {
			value = (value << 8n) | BigInt(this.#view.getUint8(start + i));
		}
		const signed = BigInt.asIntN(8 * length, value);
		const small = Number(signed);
		return Number.isSafeInteger(small) ? small : signed;
	}

	#text(length: number): string {
		const start = this.#take(length);
		return new TextDecoder().decode(this.#bytes.subarray(start, start + length));
	}

	#line(): string {
		const start = this.#at;
		while (this.#u8() !== 0x0a);
		return new TextDecoder().decode(this.#bytes.subarray(start, this.#at - 1));
	}

	#push(value: PickleValue): void {
		this.#stack.push(value);
	}

	#pop(): PickleValue {
		const value = this.#stack.pop();
		if (value === undefined) throw damaged('its index takes from an empty stack');
		return value;
	}

	#top(): PickleValue {
		const value = this.#stack.at(-1);
		if (value === undefined) throw damaged('its index takes from an empty stack');
		return value;
	}

	#last(count: number): PickleValue[] {
		if (this.#stack.length < count) throw damaged('its index takes from an empty stack');
		return this.#stack.splice(-count);
	}

	#toMark(): PickleValue[] {
		const items = this.#stack;
		const below = this.#marked.pop();
		if (!below) throw damaged('its index has no mark');
		this.#stack = below;
		return items;
	}

	#remembered(key: number): PickleValue {
		const value = this.#memo.get(key);
		if (value === undefined) throw damaged('its index recalls what it never put away');
		return value;
	}
}
