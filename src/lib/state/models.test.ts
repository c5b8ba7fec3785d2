import { describe, expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import type { FakeModelOptions } from '../../../tests/fixtures/fake-models.ts';
import { ConfabError } from '../support/errors.ts';
import { AppState } from './app-state.svelte.ts';
import type { ModelInfo } from './models-client.ts';

function kept() {
	const values = new Map<string, string>();
	return {
		getItem: (key: string) => values.get(key) ?? null,
		setItem: (key: string, value: string) => void values.set(key, value),
	};
}

async function setUp(models: FakeModelOptions = {}, storage = kept()) {
	const client = new FakeClient({ models });
	const app = new AppState(client, { kept: storage, clock: () => 0 });
	await Promise.all([app.load(), app.models.refresh()]);
	const info = (id: string): ModelInfo => {
		const model = app.machine.models?.find((known) => known.id === id);
		if (!model) throw new Error(`There is no ${id}`);
		return model;
	};
	return { client, app, models: app.models, info, storage };
}

const files = () => ({
	files: [{ path: 'model-bin.zip', file: new File(['x'], 'model-bin.zip') }],
	problems: [],
});

describe('a download', () => {
	test('goes from nothing to a model that is here', async () => {
		const { models, info } = await setUp();
		expect(info('whisper-tiny')).toMatchObject({ available: false });
		await models.download(info('whisper-tiny'), 'wasm');
		expect(models.task('whisper-tiny')).toMatchObject({ kind: 'download', status: 'done' });
		expect(info('whisper-tiny')).toMatchObject({ available: true });
		models.dismiss('whisper-tiny');
		expect(models.task('whisper-tiny')).toBeNull();
	});

	test('is paused and gone on with', async () => {
		const { client, models, info } = await setUp({ standAt: 0.4 });
		const going = models.download(info('whisper-tiny'), 'wasm');
		await expect.poll(() => models.task('whisper-tiny')?.progress?.done).toBeGreaterThan(17e6);
		expect(models.busy).toBe(true);
		models.dismiss('whisper-tiny');
		expect(models.task('whisper-tiny')?.status).toBe('running');
		models.pause('whisper-tiny');
		await going;
		expect(models.task('whisper-tiny')).toMatchObject({ status: 'paused', error: null });
		expect(models.busy).toBe(false);
		expect(info('whisper-tiny').offer?.shelved[0]).toMatchObject({ complete: false });
		const again = models.resume('whisper-tiny');
		expect(models.task('whisper-tiny')?.status).toBe('running');
		models.pause('whisper-tiny');
		await again;
		expect(client.asked).toEqual(['download whisper-tiny wasm', 'download whisper-tiny wasm']);
	});

	test('that fails says why, and goes on when it is tried again', async () => {
		const error = new ConfabError('ModelUnavailable', 'huggingface.co cannot be reached');
		const { models, info } = await setUp({ failAt: { fraction: 0.5, error } });
		await models.download(info('whisper-tiny'), 'wasm');
		expect(models.task('whisper-tiny')).toMatchObject({ status: 'failed', error });
		await models.resume('whisper-tiny');
		expect(models.task('whisper-tiny')).toMatchObject({ status: 'done', error: null });
	});

	test('is not begun a second time while it goes on', async () => {
		const { client, models, info } = await setUp({ standAt: 0.1 });
		const going = models.download(info('whisper-tiny'), 'wasm');
		await models.download(info('whisper-tiny'), 'wasm');
		await models.check(info('whisper-tiny'));
		expect(client.asked).toEqual(['download whisper-tiny wasm']);
		models.pause('whisper-tiny');
		await going;
	});
});

describe('never asking other servers', () => {
	test('is remembered, and nobody is asked', async () => {
		const { models, info, storage, client } = await setUp();
		expect(models.neverAsk).toBe(false);
		models.setNeverAsk(true);
		await expect(models.download(info('whisper-tiny'), 'wasm')).rejects.toThrow(TypeError);
		expect(client.asked).toEqual([]);
		expect((await setUp({}, storage)).models.neverAsk).toBe(true);
	});

	test('pauses what goes on, and keeps it from going on', async () => {
		const { models, info, client } = await setUp({ standAt: 0.3 });
		const going = models.download(info('whisper-tiny'), 'wasm');
		await expect.poll(() => models.task('whisper-tiny')?.progress?.done).toBeGreaterThan(0);
		models.setNeverAsk(true);
		await going;
		expect(models.task('whisper-tiny')?.status).toBe('paused');
		await models.resume('whisper-tiny');
		expect(models.task('whisper-tiny')?.status).toBe('paused');
		expect(client.asked).toHaveLength(1);
	});

	test('leaves adding from files alone', async () => {
		const { models, info } = await setUp();
		models.setNeverAsk(true);
		await models.add(info('wespeaker-resnet34'), ['fp32'], files);
		expect(models.task('wespeaker-resnet34')?.status).toBe('done');
	});
});

describe('terms that forbid something', () => {
	test('are accepted before anything is added, once for all under the same', async () => {
		const { models, info, client, storage } = await setUp();
		const model = info('avsr-cocktail');
		expect(models.accepted(info('whisper-tiny'))).toBe(true);
		expect(models.accepted(model)).toBe(false);
		await expect(models.add(model, ['q8'], files)).rejects.toThrow(TypeError);
		expect(client.asked).toEqual([]);
		models.accept(model);
		await models.add(model, ['q8'], files);
		expect(client.asked).toEqual(['add avsr-cocktail q8 model-bin.zip']);
		const next = await setUp({}, storage);
		expect(next.models.accepted(next.info('avsr-cocktail-mcorec'))).toBe(true);
	});

	test('are accepted anew when they change', async () => {
		const { models, info } = await setUp();
		models.accept(info('avsr-cocktail'));
		const terms = [{ name: 'Other', address: null, here: false }];
		expect(models.accepted({ ...info('avsr-cocktail'), terms })).toBe(false);
	});
});

test('files are listed once, and kept for going on', async () => {
	const error = new ConfabError('StorageFull', 'full');
	const { models, info, client } = await setUp({ failAt: { fraction: 0.2, error } });
	let listed = 0;
	await models.add(info('wespeaker-resnet34'), ['fp32'], () => {
		listed += 1;
		return files();
	});
	expect(models.task('wespeaker-resnet34')).toMatchObject({ status: 'failed', error });
	await models.resume('wespeaker-resnet34');
	expect(models.task('wespeaker-resnet34')?.status).toBe('done');
	expect(listed).toBe(1);
	expect(client.asked[0]).toBe(client.asked[1]);
});

test('damage is told by the names of the files', async () => {
	const { models, info, client } = await setUp({
		shelved: { 'whisper-tiny': { wasm: 1 } },
		damaged: ['encoder.onnx'],
	});
	await models.verify(info('whisper-tiny'), 'whisper-tiny');
	expect(models.task('whisper-tiny')).toMatchObject({ status: 'done', damaged: ['encoder.onnx'] });
	await models.verify(info('embedded'), null);
	expect(client.asked).toEqual(['verify whisper-tiny', 'verify embedded']);
});

test('a self-check that fails is told', async () => {
	const checkError = new ConfabError('ModelMismatch', 'wrong on wasm');
	const { models, info } = await setUp({ checkError });
	await models.check(info('embedded'));
	expect(models.task('embedded')).toMatchObject({ status: 'failed', error: checkError });
});

test('what is deleted is away, and what was being done with it ends', async () => {
	const { models, info } = await setUp({ standAt: 0.5 });
	const going = models.download(info('whisper-tiny'), 'wasm');
	await expect.poll(() => models.task('whisper-tiny')?.progress?.done).toBeGreaterThan(20e6);
	await models.remove(info('whisper-tiny'), 'whisper-tiny');
	await going;
	expect(models.task('whisper-tiny')).toBeNull();
	expect(info('whisper-tiny').offer?.shelved).toEqual([]);
});

test('plans that cannot be had are told, and asked for again', async () => {
	class Failing extends FakeClient {
		fail = true;
		override plans(): ReturnType<FakeClient['plans']> {
			return this.fail ? Promise.reject(new Error('no GPU process')) : super.plans();
		}
	}
	const client = new Failing();
	const { models } = new AppState(client, { kept: null, clock: () => 0 });
	await models.refresh();
	expect(models.planError).toMatchObject({ message: 'no GPU process' });
	client.fail = false;
	await models.refresh();
	expect(models.planError).toBeNull();
	expect(models.plans.get('embedded')?.provider).toBe('wasm');
});

test.each(['nonsense', '[]', '{"neverAsk":1,"accepted":"all"}'])(
	'%s in storage is no harm',
	(text) => {
		const storage = kept();
		storage.setItem('confab.models', text);
		const { models } = new AppState(new FakeClient(), { kept: storage, clock: () => 0 });
		expect(models.neverAsk).toBe(false);
	},
);
