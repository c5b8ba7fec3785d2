import { expect, test } from 'vitest';
import { fakeModel } from '../inference/fakes.ts';
import type { Gpu } from '../inference/gpu.ts';
import { offerOf } from '../recognisers/offers.ts';
import type { ShelvedModel } from '../store/shelf/model-shelf.ts';
import { planOffer } from './offer-plan.ts';

const none: Gpu = { available: false, reason: 'this browser has no WebGPU' };
const gpu = (halfPrecision: boolean): Gpu => ({
	available: true,
	name: 'test gpu',
	halfPrecision,
	requestDevice: () => Promise.reject(new Error('nothing is loaded to plan')),
});

function shelved(offerId: string, kind: string, complete = true): ShelvedModel {
	const offer = offerOf(offerId);
	const [id, about] = [offer.shelfId(kind), offer.about(kind, null)];
	return { version: 1, id, files: [], about, presentBytes: 1, totalBytes: 1, complete };
}

const nothing = {
	checks: { remembered: () => Promise.resolve(null) },
	sources: [{ find: () => Promise.resolve(null) }],
	shelved: [],
};

test.each([
	[none, 'q8', 'wasm'],
	[gpu(false), 'q4', 'webgpu'],
	[gpu(true), 'fp16', 'webgpu'],
])('%o suits %s on %s', async (found, kind, provider) => {
	const plan = await planOffer(offerOf('avsr-cocktail'), { ...nothing, gpu: found });
	expect(plan).toMatchObject({ kind, provider, check: null });
});

test('what is here runs, and what would suit better is said', async () => {
	const offer = offerOf('avsr-cocktail');
	const known = { ...nothing, gpu: gpu(true), shelved: [shelved('avsr-cocktail', 'q8')] };
	const plan = await planOffer(offer, known);
	expect(plan).toMatchObject({ kind: 'fp16', provider: 'wasm', precision: '8 bits' });
	expect(plan.why.at(-1)).toContain('half precision would suit better');
	const begun = [shelved('avsr-cocktail', 'q8', false)];
	expect(await planOffer(offer, { ...known, shelved: begun })).toMatchObject({
		provider: 'webgpu',
	});
	// Of another offer, or for a GPU that is not here.
	const other = [shelved('avsr-cocktail-mcorec', 'q8'), shelved('avsr-cocktail', 'fp16')];
	expect(await planOffer(offer, { ...known, gpu: none, shelved: other })).toMatchObject({
		provider: 'wasm',
		precision: '8 bits',
		check: null,
	});
});

test('the worst of its graphs is its self-check', async () => {
	const asked: string[] = [];
	const deviations: Record<string, number> = { encoder: 0.001, cross: 0.2, decoder: 0.003 };
	const plan = await planOffer(offerOf('avsr-cocktail'), {
		gpu: gpu(true),
		shelved: [shelved('avsr-cocktail', 'q4')],
		sources: [
			{
				find: (id) => {
					asked.push(id);
					return Promise.resolve(fakeModel(id));
				},
			},
		],
		checks: {
			remembered: ({ id }, where) => {
				if (where === 'wasm') return Promise.resolve({ passed: true, deviation: 0.01 });
				expect(where).toBe('webgpu test gpu');
				const deviation = deviations[id.split('/')[1] ?? ''] ?? 0;
				return Promise.resolve({ passed: deviation < 0.05, deviation });
			},
		},
	});
	expect(asked[0]).toBe('avsr-cocktail.q4/encoder/float16/webgpu');
	// Wrong in both arithmetics of the GPU, so it runs without one.
	expect(asked[3]).toBe('avsr-cocktail.q4/encoder/float32/webgpu');
	expect(plan).toMatchObject({ provider: 'wasm', check: { passed: true, deviation: 0.01 } });
	expect(plan.why.at(-1)).toContain('wrong on webgpu: off its reference by 0.20');
});

test('4 bits alone run without a GPU too', async () => {
	const known = { ...nothing, gpu: none, shelved: [shelved('avsr-cocktail', 'q4')] };
	const plan = await planOffer(offerOf('avsr-cocktail'), known);
	expect(plan).toMatchObject({ kind: 'q8', provider: 'wasm', precision: '4 bits' });
	expect(plan.why.at(-1)).toContain('8 bits would suit better');
	// Half precision does not: what suits is what is shown.
	const half = { ...known, shelved: [shelved('avsr-cocktail', 'fp16')] };
	expect(await planOffer(offerOf('avsr-cocktail'), half)).toMatchObject({ precision: '8 bits' });
});

test('a Whisper runs as it is here, and is checked on the GPU alone', async () => {
	const offer = offerOf('whisper-base');
	const forGpu = 'encoder in single precision, decoder in 4 bits';
	const asked: string[] = [];
	const known = {
		...nothing,
		shelved: [shelved('whisper-base', 'webgpu')],
		sources: [
			{
				find: (id: string) => {
					asked.push(id);
					return Promise.resolve(null);
				},
			},
		],
	};
	const without = await planOffer(offer, { ...known, gpu: none });
	expect(without).toMatchObject({ provider: 'wasm', precision: forGpu, unchecked: true });
	expect(asked).toEqual([]);
	const withOne = await planOffer(offer, { ...known, gpu: gpu(false) });
	expect(withOne).toMatchObject({ provider: 'webgpu', precision: forGpu });
	expect(withOne.unchecked).toBeUndefined();
	expect(asked).toEqual(['whisper-base/encoder/webgpu', 'whisper-base/decoder/webgpu']);
	// 8 bits are wrong on a GPU, so they stay off it.
	const eight = { ...known, shelved: [shelved('whisper-base', 'wasm')], gpu: gpu(true) };
	expect(await planOffer(offer, eight)).toMatchObject({ provider: 'wasm', precision: '8 bits' });
});

test('the voice embedding runs on a GPU where there is one, and is checked anywhere', async () => {
	const offer = offerOf('wespeaker-resnet34');
	expect(await planOffer(offer, { ...nothing, gpu: gpu(false) })).toMatchObject({
		provider: 'webgpu',
	});
	const found = { passed: true, deviation: 0.001 };
	const known = {
		gpu: none,
		shelved: [shelved('wespeaker-resnet34', 'fp32')],
		sources: [{ find: (id: string) => Promise.resolve(fakeModel(id)) }],
		checks: { remembered: () => Promise.resolve(found) },
	};
	expect(await planOffer(offer, known)).toMatchObject({ provider: 'wasm', check: found });
});
