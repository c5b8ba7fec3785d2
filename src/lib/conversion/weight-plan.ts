import type { SlowOptions } from '../support/progress.ts';
import type { ExternalData } from './onnx-graph.ts';
import type { FileStore } from './random-access.ts';

/**
 * No file of weights is larger: a file is put together in memory, so that it can be hashed, and a
 * runtime that cannot map files reads each of them whole.
 */
const largestFileBytes = 128_000_000;

/** Tensors start at multiples of this, so that they can be used where they lie. */
const alignment = 64;

interface PlannedTensor {
	readonly offset: number;
	readonly bytes: number;
	readonly make: () => Promise<ArrayBufferView>;
}

/** A file of weights, or of anything else, that has been written. */
export interface WrittenFile {
	readonly path: string;
	readonly bytes: number;
	readonly sha256: string;
}

/**
 * The weights of one graph: where each tensor will lie in the files beside it, known before any of
 * them has been read; so a graph is written first, and its weights then pass through memory one by one.
 */
export class WeightPlan {
	readonly #stem: string;
	readonly #limit: number;
	readonly #files: PlannedTensor[][] = [];
	#end = 0;

	/**
	 * @param stem the files are `<stem>-1.data`, `<stem>-2.data` and so on
	 * @param limit of a file's size in bytes
	 */
	constructor(stem: string, limit = largestFileBytes) {
		this.#stem = stem;
		this.#limit = limit;
	}

	/** Adds a tensor of so many bytes, which `make` will give in time. */
	add(bytes: number, make: () => Promise<ArrayBufferView>): ExternalData {
		let file = this.#files.at(-1);
		let offset = Math.ceil(this.#end / alignment) * alignment;
		if (!file || (file.length > 0 && offset + bytes > this.#limit)) {
			file = [];
			offset = 0;
			this.#files.push(file);
		}
		file.push({ offset, bytes, make });
		this.#end = offset + bytes;
		return { file: this.#pathOf(this.#files.length - 1), offset, length: bytes };
	}

	/** Where everything lies, as text: two plans with the same text make the same files. */
	layout(): string {
		return this.#files
			.map((file) => file.map(({ offset, bytes }) => `${offset}+${bytes}`).join())
			.join(';');
	}

	/** All files, in order, with their sizes. */
	files(): { path: string; bytes: number }[] {
		return this.#files.map((tensors, index) => {
			const last = tensors.at(-1);
			return { path: this.#pathOf(index), bytes: last ? last.offset + last.bytes : 0 };
		});
	}

	/**
	 * Makes one file of weights.
	 *
	 * @param path one of `files()`
	 * @param onBytes told after each tensor how many bytes of the file there are
	 */
	async write(
		store: FileStore,
		path: string,
		signal: AbortSignal | undefined,
		onBytes: (done: number) => void,
	): Promise<WrittenFile> {
		const index = this.files().findIndex((file) => file.path === path);
		const tensors = this.#files[index];
		const size = this.files()[index]?.bytes;
		if (!tensors || size === undefined) throw new TypeError(`There is no file "${path}"`);
		const content = new Uint8Array(size);
		for (const { offset, bytes, make } of tensors) {
			signal?.throwIfAborted();
			const made = await make();
			if (made.byteLength !== bytes) {
				throw new TypeError(`A tensor of ${bytes} bytes came out with ${made.byteLength}`);
			}
			content.set(new Uint8Array(made.buffer, made.byteOffset, made.byteLength), offset);
			onBytes(offset + bytes);
		}
		return writeFile(store, path, content, { signal });
	}

	#pathOf(index: number): string {
		return `${this.#stem}-${index + 1}.data`;
	}
}

/** Writes a file; what it left behind is there whole or not at all. */
export async function writeFile(
	store: FileStore,
	path: string,
	content: Uint8Array<ArrayBuffer>,
	{ signal }: SlowOptions = {},
): Promise<WrittenFile> {
	const sha256 = await sha256Of(content);
	const sink = await store.create(path);
	try {
		signal?.throwIfAborted();
		await sink.write(content);
		await sink.close();
	} catch (error) {
		await sink.discard();
		throw error;
	}
	return { path, bytes: content.byteLength, sha256 };
}

/** SHA-256 in hexadecimal digits. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
