import { expect, test } from 'vitest';
import { FakeModels } from '../../../../tests/fixtures/fake-models.ts';
import { checkText, kindText, placeText, presenceOf, speedText } from './model-words.ts';

test('where it runs', () => {
	expect(placeText({ provider: 'wasm', precision: 'q8' })).toBe('Processor (WebAssembly), 8 bits');
	expect(placeText({ provider: 'webgpu', precision: 'fp16' })).toBe(
		'Graphics processor (WebGPU), half precision',
	);
	expect(kindText({ kind: 'q4', precision: '4 bits', needs: 'gpu', bytes: 1 })).toBe(
		'For graphics processors',
	);
});

test.each([
	[null, /^Not made here yet/],
	[
		{ passed: true, deviation: 3.21e-7, tolerance: 0.001 },
		/^Right: off .* by 3.2e-7, 0.001 allowed$/,
	],
	[{ passed: true, deviation: 0, tolerance: 0.05 }, /by 0, 0.05 allowed/],
	[{ passed: false, deviation: 0.1931, tolerance: 0.001 }, /^Wrong: off its reference by 0.19/],
	[{ passed: false, deviation: Infinity, tolerance: 0.001 }, /by more than can be said/],
])('self-check %o', (check, text) => expect(checkText(check)).toMatch(text));

test.each([
	['frames', 9000, 21, '429 frames a second'],
	['frames', 50, 12, '4.2 frames a second'],
	['seconds', 100, 21, '0.21 s of computing for a second of speech'],
	['seconds', 100, 123, '1.2 s of computing for a second of speech'],
	['seconds', 1000, 2.2, '0.002 s of computing for a second of speech'],
] as const)('%s: %d in %d s', (unit, amount, computeSeconds, text) =>
	expect(speedText({ unit, amount, computeSeconds, at: 0 })).toBe(text),
);

test('what is here', async () => {
	const models = await new FakeModels({
		shelved: { 'whisper-tiny': { wasm: 1 }, 'whisper-base': { wasm: 0.4 } },
		missing: ['landmarks'],
	}).models();
	const textOf = (id: string, damaged = false): string | undefined => {
		const model = models.find((known) => known.id === id);
		return model && presenceOf(model, damaged).text;
	};
	expect(textOf('embedded')).toBe('On this machine');
	expect(textOf('landmarks')).toBe('Missing');
	expect(textOf('whisper-tiny')).toBe('On this machine');
	expect(textOf('whisper-tiny', true)).toBe('Damaged');
	expect(textOf('whisper-base')).toBe('Not complete');
	expect(textOf('whisper-small')).toBe('Not added');
});
