import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { memoryFolder } from '../../../tests/fixtures/memory-folder.ts';
import { offerOf } from '../recognisers/offers.ts';
import { whisperFiles } from '../recognisers/whisper/offers.ts';
import { ModelShelf } from '../store/shelf/model-shelf.ts';
import { downloadOffer } from './download-offer.ts';
import { parseDownloadAsk } from './download-protocol.ts';

const commit = 'c'.repeat(40);
const plenty = (): Promise<StorageEstimate> => Promise.resolve({ quota: 1e9, usage: 0 });
const wait = (): Promise<void> => Promise.resolve();

function setUp() {
	const folder = memoryFolder();
	return { folder, shelf: new ModelShelf(() => Promise.resolve(folder.handle)) };
}

/** A hub that has every kind of one Whisper; each file says its name. */
function hub(asked: string[] = []): typeof fetch {
	const names = [
		...whisperFiles({ encoder: 'q8', decoder: 'q8' }),
		...whisperFiles({ encoder: 'fp32', decoder: 'q4' }),
	];
	const siblings = [...new Set(names)].map((rfilename) => ({
		rfilename,
		size: rfilename.length,
		blobId: createHash('sha1').update(`blob ${rfilename.length}\0${rfilename}`).digest('hex'),
		...(rfilename.endsWith('.onnx') && {
			lfs: { sha256: createHash('sha256').update(rfilename).digest('hex') },
		}),
	}));
	return (input) => {
		const { pathname } = new URL(new Request(input).url);
		asked.push(pathname);
		if (pathname.includes('/revision/')) {
			return Promise.resolve(Response.json({ sha: commit, siblings }));
		}
		return Promise.resolve(new Response(pathname.split(`${commit}/`)[1] ?? ''));
	};
}

test('a kind of an offer comes with what is to be known of it', async () => {
	const { shelf } = setUp();
	const options = { fetch: hub(), estimate: plenty, wait };
	expect(await downloadOffer(shelf, 'whisper-tiny', 'wasm', options)).toBe('whisper-tiny');
	const { repository } = offerOf('whisper-tiny').hub ?? {};
	expect(await shelf.get('whisper-tiny')).toMatchObject({
		complete: true,
		about: {
			family: 'whisper',
			offer: 'whisper-tiny',
			hub: { repository, commit },
			encoder: 'q8',
			decoder: 'q8',
		},
	});
});

test('another kind takes its place and leaves nothing of it behind', async () => {
	const { shelf, folder } = setUp();
	const options = { fetch: hub(), estimate: plenty, wait };
	await downloadOffer(shelf, 'whisper-tiny', 'wasm', options);
	await downloadOffer(shelf, 'whisper-tiny', 'webgpu', options);
	expect(await shelf.get('whisper-tiny')).toMatchObject({ complete: true });
	expect(() => folder.file('whisper-tiny', 'onnx!encoder_model_quantized.onnx')).toThrow();
	expect(folder.file('whisper-tiny', 'onnx!encoder_model.onnx').bytes.length).toBeGreaterThan(0);
});

test('what cannot fit is refused before it is fetched', async () => {
	const { shelf } = setUp();
	const asked: string[] = [];
	const scarce = (): Promise<StorageEstimate> => Promise.resolve({ quota: 100, usage: 90 });
	await expect(
		downloadOffer(shelf, 'whisper-tiny', 'wasm', { fetch: hub(asked), estimate: scarce, wait }),
	).rejects.toMatchObject({ code: 'StorageFull' });
	// The hub was asked for sizes (and for the small texts, which have no other checksum).
	expect(asked.filter((path) => path.endsWith('.onnx'))).toEqual([]);
	expect(await shelf.list()).toEqual([]);
});

test('a model whose checksum is known here is held against that, whatever the hub says', async () => {
	const { shelf } = setUp();
	const asked: string[] = [];
	const wrong: typeof fetch = (input) => {
		asked.push(new Request(input).url);
		return Promise.resolve(new Response(new Uint8Array(26_530_309)));
	};
	await expect(
		downloadOffer(shelf, 'wespeaker-resnet34', 'fp32', { fetch: wrong, estimate: plenty, wait }),
	).rejects.toMatchObject({ code: 'ModelMismatch' });
	expect(asked).toEqual([
		'https://huggingface.co/Wespeaker/wespeaker-voxceleb-resnet34-LM/resolve/f0c48c298fd835726c27956a5d617bad7115627e/voxceleb_resnet34_LM.onnx',
	]);
});

test.each([
	['avsr-cocktail', 'q8'],
	['whisper-tiny', 'fp99'],
	['https://example.org', 'wasm'],
])('%s in %s is not to be had there, and nobody is asked', async (offer, kind) => {
	const asked: string[] = [];
	await expect(
		downloadOffer(setUp().shelf, offer, kind, { fetch: hub(asked), estimate: plenty, wait }),
	).rejects.toThrow(TypeError);
	expect(asked).toEqual([]);
});

test.each([
	{ ask: 'download', offer: 'a', kind: 'b', address: 'https://example.org' },
	{ ask: 'fetch', offer: 'a', kind: 'b' },
	{ ask: 'download', offer: ['a'], kind: 'b' },
	null,
	'download',
])('%o is no request', (message) => expect(parseDownloadAsk(message)).toBeNull());
