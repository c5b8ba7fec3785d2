import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { askHub, hubFileAddress } from './hub.ts';

const commit = 'c'.repeat(40);
const config = '{"model_type":"whisper"}';
const blobId = createHash('sha1').update(`blob ${config.length}\0${config}`).digest('hex');
const lfs = { sha256: 'a'.repeat(64) };

function hub(siblings: readonly object[], text = config): typeof fetch {
	return (input) => {
		const { pathname, search } = new URL(new Request(input).url);
		if (pathname === '/api/models/some/model/revision/main' && search === '?blobs=true') {
			return Promise.resolve(Response.json({ sha: commit, siblings }));
		}
		if (pathname === `/some/model/resolve/${commit}/config.json`) {
			return Promise.resolve(new Response(text));
		}
		return Promise.resolve(new Response('', { status: 404 }));
	};
}

const graph = { rfilename: 'onnx/encoder.onnx', size: 1_000_000, blobId: 'b', lfs };
const settings = { rfilename: 'config.json', size: config.length, blobId };

test('what the hub says of files, at the commit that a branch points to', async () => {
	const get = hub([graph, settings, { rfilename: 'README.md', size: 1, blobId: 'x' }]);
	const names = ['onnx/encoder.onnx', 'config.json'];
	expect(await askHub('some/model', 'main', names, get)).toEqual({
		commit,
		files: [
			{ name: 'onnx/encoder.onnx', bytes: 1_000_000, sha256: lfs.sha256 },
			{
				name: 'config.json',
				bytes: config.length,
				sha256: createHash('sha256').update(config).digest('hex'),
			},
		],
	});
	expect(hubFileAddress('some/model', commit, 'onnx/encoder.onnx')).toBe(
		`https://huggingface.co/some/model/resolve/${commit}/onnx/encoder.onnx`,
	);
});

test('what it lacks, and what is not as it says', async () => {
	const ask = (get: typeof fetch, names: readonly string[]): Promise<unknown> =>
		askHub('some/model', 'main', names, get);
	await expect(ask(hub([graph]), ['config.json', 'vocab.json'])).rejects.toMatchObject({
		code: 'ModelUnavailable',
		message: expect.stringContaining('config.json, vocab.json'),
	});
	await expect(
		ask(hub([settings], '{"model_type":"other!!"}'), ['config.json']),
	).rejects.toMatchObject({ code: 'ModelMismatch' });
	await expect(ask(hub([{ rfilename: 1 }]), [])).rejects.toMatchObject({
		code: 'ModelUnavailable',
	});
	await expect(askHub('no/model', 'main', [], hub([]))).rejects.toMatchObject({
		message: expect.stringContaining('404'),
	});
	const offline = (): Promise<Response> => Promise.reject(new TypeError('offline'));
	await expect(ask(offline, [])).rejects.toMatchObject({
		message: expect.stringContaining('online'),
	});
});
