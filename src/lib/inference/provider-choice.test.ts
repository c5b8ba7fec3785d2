import { describe, expect, test } from 'vitest';
import { fakeModel } from './fakes.ts';
import { probeGpu } from './gpu.ts';
import { planProviders } from './provider-plan.ts';
import { threadCount } from './runtime.ts';

interface AdapterStory {
	vendor: string;
	architecture?: string;
	description?: string;
	fallback?: boolean;
	features?: string[];
}

function gpuWith(story: AdapterStory | null | Error): Pick<GPU, 'requestAdapter'> {
	const adapter: unknown = story && {
		info: {
			device: '',
			architecture: '',
			description: '',
			isFallbackAdapter: false,
			...(story instanceof Error ? {} : story),
		},
		features: new Set(story instanceof Error ? [] : story.features),
		limits: {},
	};
	return {
		requestAdapter: () =>
			story instanceof Error ? Promise.reject(story) : Promise.resolve(adapter as GPUAdapter),
	};
}

describe('looking for a GPU', () => {
	test('finds one and what it can do', async () => {
		const gpu = await probeGpu(gpuWith({ vendor: 'nvidia', features: ['shader-f16'] }));
		expect(gpu).toMatchObject({ available: true, name: 'nvidia', halfPrecision: true });
	});

	test.each([
		{ vendor: 'google', architecture: 'swiftshader' },
		{ vendor: 'mesa', description: 'llvmpipe (LLVM 17)' },
		{ vendor: 'microsoft', description: 'Microsoft Basic Render Driver' },
	])('does not take software for one: %o', async (story) => {
		expect(await probeGpu(gpuWith(story))).toMatchObject({ available: false });
		expect(await probeGpu(gpuWith(story), { allowSoftware: true })).toMatchObject({
			available: true,
		});
	});

	test('survives its absence and its failure', async () => {
		expect(await probeGpu(undefined)).toMatchObject({ available: false });
		expect(await probeGpu(gpuWith(null))).toMatchObject({ available: false });
		expect(await probeGpu(gpuWith(new Error('blocked')))).toMatchObject({
			available: false,
			reason: 'WebGPU failed (blocked)',
		});
	});
});

describe('planning providers', () => {
	const none = { available: false, reason: 'none here' } as const;
	const some = {
		available: true,
		name: 'gpu',
		halfPrecision: false,
		requestDevice: () => Promise.reject(new Error('not asked for')),
	} as const;
	const model = fakeModel('a');

	test.each([
		['a GPU', model, some, 'automatic', ['webgpu', 'wasm'], null],
		['no GPU', model, none, 'automatic', ['wasm'], 'not on the GPU: none here'],
		['the CPU wanted', model, some, 'wasm', ['wasm'], null],
		[
			'a model for the CPU',
			fakeModel('b', { providers: ['wasm'] }),
			some,
			'automatic',
			['wasm'],
			null,
		],
		[
			'the GPU wanted',
			fakeModel('b', { providers: ['wasm'] }),
			some,
			'webgpu',
			['webgpu', 'wasm'],
			null,
		],
		[
			'the GPU as second choice',
			fakeModel('c', { providers: ['wasm', 'webgpu'] }),
			none,
			'automatic',
			['wasm'],
			null,
		],
	] as const)('%s', (_, entry, gpu, policy, providers, note) => {
		expect(planProviders(entry, gpu, policy)).toEqual({ providers: [...providers], note });
	});

	test('half precision needs a GPU that has it', () => {
		const half = fakeModel('h', { precision: 'fp16' });
		expect(planProviders(half, some, 'automatic').note).toContain('half precision');
		expect(planProviders(half, { ...some, halfPrecision: true }, 'automatic').note).toBeNull();
	});
});

test.each([
	[2, true, 2],
	[4, true, 4],
	[8, true, 4],
	[64, true, 8],
	[8, false, 1],
	[1, true, 1],
])('%i cores, isolated %s: %i threads', (cores, isolated, threads) => {
	expect(threadCount(cores, isolated)).toBe(threads);
});
