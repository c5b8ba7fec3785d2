import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryFolder } from '../../../../tests/fixtures/memory-folder.ts';
import { ConfabError } from '../../support/errors.ts';
import type { ByteSource } from './copy-file.ts';
import { download } from './download.ts';
import { ModelShelf } from './model-shelf.ts';
import type { ShelfEntry } from './shelf-entry.ts';

const content = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 7 + (i >> 8)) % 251);

function specOf(name: string, bytes: Uint8Array): { name: string; bytes: number; sha256: string } {
	return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const entry: ShelfEntry = {
	version: 1,
	id: 'model',
	files: [specOf('graph.onnx', content), specOf('onnx/units.txt', content.subarray(0, 10))],
	about: { title: 'A model' },
};
const [graph, units] = entry.files as [ShelfEntry['files'][number], ShelfEntry['files'][number]];

/** Bytes in pieces of 1,000; breaks off after `limit` of them. */
function source(startByte: number, limit = Number.POSITIVE_INFINITY): Promise<ByteSource> {
	let at = startByte;
	const stream = new ReadableStream<Uint8Array>({
		pull(controller) {
			if (at >= content.length || at - startByte >= limit) controller.close();
			else controller.enqueue(content.slice(at, at + 1000));
			at += 1000;
		},
	});
	return Promise.resolve({ startByte, stream });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
	const error = await promise.then(
		() => null,
		(thrown: unknown) => thrown,
	);
	if (error instanceof ConfabError) return error.code;
	throw new Error(`no ConfabError but ${String(error)}`);
}

async function bytesOf(blob: Blob | null): Promise<Uint8Array> {
	return new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
}

describe('the shelf', () => {
	test('keeps a file as it came, and knows when a model is complete', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		expect(await shelf.list()).toEqual([]);
		await shelf.enter(entry);
		expect(await shelf.get('model')).toMatchObject({ complete: false, presentBytes: 0 });
		const told: number[] = [];
		await shelf.write('model', graph, source, { onProgress: ({ done }) => told.push(done) });
		expect(told.at(-1)).toBe(10_000);
		expect(await bytesOf(await shelf.file('model', graph))).toEqual(content);
		expect(await shelf.file('model', units)).toBeNull();
		expect(await shelf.list()).toMatchObject([
			{ id: 'model', complete: false, presentBytes: 10_000, totalBytes: 10_010 },
		]);
		await shelf.remove('model');
		await shelf.remove('model');
		expect(await shelf.list()).toEqual([]);
	});

	test('goes on where it was cut short, and reads what is there into the checksum', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		const cut = shelf.write('model', graph, (start) => source(start, 4000));
		expect(await codeOf(cut)).toBe('ModelUnavailable');
		const asked: number[] = [];
		await shelf.write('model', graph, (start) => {
			asked.push(start);
			return source(start);
		});
		expect(asked).toEqual([4000]);
		expect(await bytesOf(await shelf.file('model', graph))).toEqual(content);
	});

	test('heals a file that was cut short afterwards', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		await shelf.write('model', graph, source);
		const stored = folder.file('model', 'graph.onnx');
		stored.bytes = stored.bytes.slice(0, 2500);
		expect(await shelf.file('model', graph)).toBeNull();
		await shelf.write('model', graph, source);
		expect(await bytesOf(await shelf.file('model', graph))).toEqual(content);
	});

	test('finds what was changed afterwards, and renews that alone', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		await shelf.enter(entry);
		await shelf.write('model', graph, source);
		await shelf.write('model', units, () =>
			Promise.resolve({ startByte: 0, stream: new Blob([content.slice(0, 10)]).stream() }),
		);
		const told: number[] = [];
		const onProgress = ({ done }: { done: number }): void => void told.push(done);
		expect(await shelf.verify('model', { onProgress })).toEqual([]);
		expect(told.at(-1)).toBe(10_010);
		expect(await shelf.get('model')).toMatchObject({ complete: true });

		const stored = folder.file('model', 'graph.onnx');
		stored.bytes = stored.bytes.map((byte, i) => (i === 5000 ? byte ^ 1 : byte));
		expect(await shelf.verify('model')).toEqual(['graph.onnx']);
		expect(await shelf.get('model')).toMatchObject({ complete: false, presentBytes: 10 });
		expect(await shelf.file('model', units)).not.toBeNull();
		await shelf.write('model', graph, source);
		expect(await shelf.verify('model')).toEqual([]);
		expect(await shelf.verify('nothing')).toBeNull();
	});

	test('what belongs to it no longer can be removed', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		await shelf.enter(entry);
		await shelf.write('model', graph, source);
		await shelf.write('model', { ...graph, name: 'other.onnx' }, source);
		await shelf.enter({ ...entry, files: [{ ...graph, name: 'other.onnx' }] });
		await shelf.prune('model');
		expect(() => folder.file('model', 'graph.onnx')).toThrow();
		expect(await shelf.get('model')).toMatchObject({ complete: true });
		await shelf.prune('nothing');
	});

	test('starts anew when the source does', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		await codeOf(shelf.write('model', graph, (start) => source(start, 4000)));
		await shelf.write('model', graph, () => source(0));
		expect(await bytesOf(await shelf.file('model', graph))).toEqual(content);
	});

	test('keeps nothing whose checksum is wrong or that is too long', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		const other = { ...graph, sha256: '0'.repeat(64) };
		expect(await codeOf(shelf.write('model', other, source))).toBe('ModelMismatch');
		expect(folder.file('model', 'graph.onnx').bytes).toHaveLength(0);
		expect(await codeOf(shelf.write('model', { ...graph, bytes: 9000 }, source))).toBe(
			'ModelMismatch',
		);
		expect(await shelf.file('model', other)).toBeNull();
	});

	test('a full disk is told and what came is kept', async () => {
		const limit = { bytes: 6000 };
		const folder = memoryFolder(limit);
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		expect(await codeOf(shelf.write('model', graph, source))).toBe('StorageFull');
		limit.bytes = 20_000;
		const asked: number[] = [];
		await shelf.write('model', graph, (start) => {
			asked.push(start);
			return source(start);
		});
		expect(asked).toEqual([6000]);
	});

	test('takes no other file of the same name and size for it', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		await shelf.write('model', graph, source);
		const other = content.map((byte) => byte ^ 1);
		const spec = specOf('graph.onnx', other);
		expect(await shelf.file('model', spec)).toBeNull();
		await shelf.enter({ ...entry, files: [spec] });
		expect(await shelf.get('model')).toMatchObject({ complete: false });
		const asked: number[] = [];
		const otherSource = (start: number): Promise<ByteSource> => {
			asked.push(start);
			return Promise.resolve({ startByte: start, stream: new Blob([other.slice(start)]).stream() });
		};
		expect(await shelf.write('model', spec, otherSource)).toEqual(spec);
		expect(asked).toEqual([0]);
		expect(await bytesOf(await shelf.file('model', spec))).toEqual(other);
		expect(await shelf.get('model')).toMatchObject({ complete: true });
	});

	test('starts again where what came before was of another file', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		const other = content.map((byte) => byte ^ 1);
		const spec = specOf('graph.onnx', other);
		await codeOf(shelf.write('model', graph, (start) => source(start, 4000)));
		const asked: number[] = [];
		await shelf.write('model', spec, (start) => {
			asked.push(start);
			return Promise.resolve({ startByte: start, stream: new Blob([other.slice(start)]).stream() });
		});
		expect(asked).toEqual([4000, 0]);
		expect(await bytesOf(await shelf.file('model', spec))).toEqual(other);
		// Wrong from its beginning, it is asked for no third time.
		await codeOf(shelf.write('model', graph, (start) => source(start, 4000)));
		asked.length = 0;
		const wrong = shelf.write('model', { ...graph, sha256: '0'.repeat(64) }, (start) => {
			asked.push(start);
			return source(start);
		});
		expect(await codeOf(wrong)).toBe('ModelMismatch');
		expect(asked).toEqual([4000, 0]);
	});

	test('takes no file for whole that may have been made anew since', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		await shelf.enter(entry);
		await shelf.write('model', graph, source);
		await shelf.enter({ ...entry, files: [], unfinished: true });
		const stored = folder.file('model', 'graph.onnx');
		stored.bytes = stored.bytes.map((byte) => byte ^ 1);
		await shelf.enter(entry);
		expect(await shelf.file('model', graph)).toBeNull();
		await shelf.write('model', graph, source);
		expect(await bytesOf(await shelf.file('model', graph))).toEqual(content);
	});

	test('a mark of an earlier version says nothing of which file it was', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		await shelf.enter({ ...entry, files: [graph] });
		await shelf.write('model', graph, source);
		const mark = folder.file('model', 'graph.onnx.verified');
		const written = mark.bytes;
		mark.bytes = new Uint8Array(0);
		const other = specOf(
			'graph.onnx',
			content.map((byte) => byte ^ 1),
		);
		expect(await shelf.file('model', other)).toBeNull();
		// It is this one, though, and is not fetched again.
		expect(await shelf.get('model')).toMatchObject({ complete: true });
		expect(mark.bytes).toEqual(written);
		mark.bytes = new Uint8Array(0);
		const stored = folder.file('model', 'graph.onnx');
		stored.bytes = stored.bytes.map((byte) => byte ^ 1);
		expect(await shelf.get('model')).toMatchObject({ complete: false });
		expect(await shelf.verify('model')).toEqual(['graph.onnx']);
	});

	test('one writer at a time', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		let go: () => void = () => undefined;
		const wait = new Promise<void>((resolve) => (go = resolve));
		const first = shelf.write('model', graph, async (start) => {
			await wait;
			return source(start);
		});
		await new Promise((resolve) => setTimeout(resolve, 5));
		expect(await codeOf(shelf.write('model', graph, source))).toBe('Busy');
		go();
		expect(await first).toEqual(graph);
	});

	test('what is computed here has its size and checksum told', async () => {
		const shelf = new ModelShelf(() => Promise.resolve(memoryFolder().handle));
		expect(await shelf.write('model', { name: 'graph.onnx' }, source)).toEqual(graph);
	});

	test('an entry of another form is none', async () => {
		const folder = memoryFolder();
		const shelf = new ModelShelf(() => Promise.resolve(folder.handle));
		await shelf.enter(entry);
		folder.file('model', 'entry.json').bytes = new TextEncoder().encode('{"version":2}');
		expect(await shelf.get('model')).toBeNull();
		expect(await shelf.list()).toEqual([]);
	});
});

describe('a download', () => {
	const address = (name: string): string => `https://models.example/${name}`;
	const now = (): Promise<void> => Promise.resolve();

	/** A server that breaks off after some bytes of each answer and knows ranges. */
	function server(limit: number, asked: string[] = []): typeof fetch {
		return (input, init) => {
			const { url } = new Request(input);
			const range = new Headers(init?.headers).get('Range');
			asked.push(`${url.split('/').at(-1) ?? ''} ${range ?? ''}`.trim());
			const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
			const all = url.endsWith('units.txt') ? content.slice(0, 10) : content;
			const part = all.slice(start, start + limit);
			return Promise.resolve(new Response(part, { status: range ? 206 : 200 }));
		};
	}

	test('asks for the rest until all is there', async () => {
		const shelf = new ModelShelf(() => Promise.resolve(memoryFolder().handle));
		const asked: string[] = [];
		const told: number[] = [];
		await download(shelf, entry, address, {
			fetch: server(4000, asked),
			wait: now,
			onProgress: ({ done, total }) => told.push(done / total),
		});
		expect(asked).toEqual([
			'graph.onnx',
			'graph.onnx bytes=4000-',
			'graph.onnx bytes=8000-',
			'units.txt',
		]);
		expect(told.at(-1)).toBe(1);
		expect(told).toEqual([...told].sort((a, b) => a - b));
		expect(await shelf.get('model')).toMatchObject({ complete: true });
		await download(shelf, entry, address, {
			fetch: () => Promise.reject(new Error('nothing is missing')),
		});
	});

	test('paused, it goes on later', async () => {
		const shelf = new ModelShelf(() => Promise.resolve(memoryFolder().handle));
		const stop = new AbortController();
		const paused = download(shelf, entry, address, {
			fetch: server(2000),
			wait: now,
			signal: stop.signal,
			onProgress: ({ done }) => {
				if (done >= 4000) stop.abort();
			},
		});
		await expect(paused).rejects.toMatchObject({ name: 'AbortError' });
		const asked: string[] = [];
		await download(shelf, entry, address, { fetch: server(10_000, asked), wait: now });
		expect(asked[0]).toBe('graph.onnx bytes=4000-');
		expect(await shelf.get('model')).toMatchObject({ complete: true });
	});

	test('gives up on what is not there, tries again on what may pass', async () => {
		const shelf = new ModelShelf(() => Promise.resolve(memoryFolder().handle));
		let count = 0;
		const answer = (status: number) => (): Promise<Response> => {
			count += 1;
			return Promise.resolve(new Response('', { status }));
		};
		const attempt = (get: typeof fetch): Promise<string> =>
			codeOf(download(shelf, entry, address, { fetch: get, wait: now }));
		expect(await attempt(answer(404))).toBe('ModelUnavailable');
		expect(count).toBe(1);
		count = 0;
		expect(await attempt(answer(503))).toBe('ModelUnavailable');
		expect(count).toBe(5);
		count = 0;
		const offline = (): Promise<Response> => {
			count += 1;
			return Promise.reject(new TypeError('offline'));
		};
		expect(await attempt(offline)).toBe('ModelUnavailable');
		expect(count).toBe(5);
	});
});
