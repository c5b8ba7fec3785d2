import { describe, expect, test } from 'vitest';
import { fakeModel, graphBytes, serveModels } from './fakes.ts';
import { ModelFiles } from './model-files.ts';
import { type FetchModelFile, ServedModels } from './served-models.ts';

const filesOf = (fetch: FetchModelFile): ModelFiles => new ModelFiles([new ServedModels(fetch)]);

/** Model files where everything but the manifest comes from `respond`. */
function filesWith(respond: FetchModelFile): ModelFiles {
	const manifest = serveModels([fakeModel('a')]);
	return filesOf((path, signal) =>
		path === 'manifest.json' ? manifest(path) : respond(path, signal),
	);
}

describe('model files', () => {
	test('come with their bytes and progress', async () => {
		const seen: number[] = [];
		const files = filesOf(serveModels([fakeModel('a')]));
		const bytes = await files.read('a', 'graph', { onProgress: ({ done }) => seen.push(done) });
		expect([...bytes]).toEqual([...graphBytes]);
		expect(seen.at(-1)).toBe(3);
	});

	test.each([
		['cut short', Uint8Array.of(1, 2)],
		['of another content', Uint8Array.of(1, 2, 4)],
		['too long', Uint8Array.of(1, 2, 3, 4)],
	])('that are %s are refused', async (_, content) => {
		const files = filesWith(() => Promise.resolve(new Response(content)));
		await expect(files.read('a', 'graph')).rejects.toMatchObject({
			code: 'ModelMismatch',
			message: expect.stringContaining('npm run models') as unknown,
		});
	});

	test('that are not there say what to do', async () => {
		const files = filesWith(() => Promise.resolve(new Response('', { status: 404 })));
		await expect(files.read('a', 'graph')).rejects.toMatchObject({
			code: 'ModelUnavailable',
			message: expect.stringMatching(/a\.onnx.*404.*npm run models/) as unknown,
		});
	});

	test('of a model that the set-up could not get say why, and what does not work', async () => {
		const { files: _, check: __, ...described } = fakeModel('a');
		const missing = { ...described, status: 'missing', reason: 'no network' };
		const files = filesOf(serveModels([missing]));
		await expect(files.ready('a')).rejects.toMatchObject({
			code: 'ModelUnavailable',
			message: expect.stringMatching(/a feature.*no network/) as unknown,
		});
	});

	test('ask for a set-up when the manifest is missing or a page', async () => {
		for (const body of ['<!doctype html>', '{"version":2}']) {
			const files = new ServedModels(() => Promise.resolve(new Response(body)));
			await expect(files.entries()).rejects.toMatchObject({ code: 'ModelUnavailable' });
		}
	});

	test('can be asked for again after a failure', async () => {
		let attempts = 0;
		const serve = serveModels([fakeModel('a')]);
		const files = filesOf((path) => {
			attempts += 1;
			return attempts === 1 ? Promise.reject(new TypeError('offline')) : serve(path);
		});
		await expect(files.ready('a')).rejects.toMatchObject({ code: 'ModelUnavailable' });
		expect((await files.ready('a')).id).toBe('a');
	});

	test('fetched ahead are there when the network is not', async () => {
		let online = true;
		const serve = serveModels([fakeModel('a'), fakeModel('b')]);
		const files = filesOf((path) =>
			online ? serve(path) : Promise.reject(new TypeError('offline')),
		);
		await files.fetchAhead('a');
		online = false;
		expect([...(await files.read('a', 'graph'))]).toEqual([...graphBytes]);
		// They are held until they are read, no longer.
		await expect(files.read('a', 'graph')).rejects.toMatchObject({ code: 'ModelUnavailable' });
		await expect(files.read('b', 'graph')).rejects.toMatchObject({ code: 'ModelUnavailable' });
	});

	test('that could not be fetched ahead are asked for again', async () => {
		let attempts = 0;
		const files = filesWith(() => {
			attempts += 1;
			return Promise.resolve(new Response(attempts === 1 ? Uint8Array.of(1) : graphBytes.slice()));
		});
		await files.fetchAhead('a');
		await files.fetchAhead('nobody');
		expect(await files.read('a', 'graph')).toHaveLength(3);
		expect(attempts).toBe(2);
	});

	test('stop loading when cancelled, and load when asked again', async () => {
		const stop = new AbortController();
		let hangs = true;
		const files = filesWith(() => {
			if (!hangs) return Promise.resolve(new Response(graphBytes.slice()));
			const body = new ReadableStream<Uint8Array>({
				start(controller) {
					controller.enqueue(graphBytes.slice(0, 1));
				},
			});
			return Promise.resolve(new Response(body));
		});
		const cancelled = files.read('a', 'graph', {
			signal: stop.signal,
			onProgress: () => {
				stop.abort();
			},
		});
		await expect(cancelled).rejects.toHaveProperty('name', 'AbortError');
		hangs = false;
		expect(await files.read('a', 'graph')).toHaveLength(3);
	});

	test('that nobody knows are a mistake of the caller', async () => {
		const files = filesOf(serveModels([fakeModel('a')]));
		await expect(files.ready('b')).rejects.toThrow(TypeError);
		await expect(files.read('a', 'units')).rejects.toThrow(TypeError);
	});
});
