import { wrap, type Remote } from 'comlink';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WhisperWorker } from '../../../../tests/fixtures/whisper.worker.ts';

const worker = new Worker(
	new URL('../../../../tests/fixtures/whisper.worker.ts', import.meta.url),
	{
		type: 'module',
	},
);
const whisper: Remote<WhisperWorker> = wrap<WhisperWorker>(worker);

/** Tones that come and go, as speech does. */
function babble(seconds: number): Float32Array {
	return Float32Array.from({ length: Math.round(seconds * 16_000) }, (_, i) => {
		const t = i / 16_000;
		return 0.2 * Math.max(0, Math.sin(8 * Math.PI * t)) ** 2 * Math.sin(2 * Math.PI * 200 * t);
	});
}

beforeAll(async () => {
	expect(await whisper.add('whisper-tiny', 'q8', 2)).toBe('whisper-tiny');
	expect(await whisper.add('whisper-base', 'fp32', 2)).toBe('whisper-base');
	// What is held does not hang on how much is computed; software computes slowly.
	await whisper.add('whisper-small', 'fp32', 2, { tokens: 8, encoderLayers: 0 });
}, 120_000);

afterAll(async () => {
	await whisper.close();
	await whisper.remove('whisper-tiny');
	await whisper.remove('whisper-base');
	await whisper.remove('whisper-small');
	worker.terminate();
});

describe('from a folder to cues, on WebAssembly', { timeout: 120_000 }, () => {
	test('words have times within their chunks, and nothing is asked of anybody', async () => {
		await whisper.open('whisper-tiny', 'wasm', 'en');
		const cues = await whisper.recognise(babble(40));
		expect(cues.length).toBe(2);
		for (const cue of cues) {
			expect(cue.endSeconds - cue.startSeconds).toBeLessThanOrEqual(30);
			expect(cue.words.length).toBeGreaterThan(3);
			let before = cue.startSeconds;
			for (const word of cue.words) {
				expect(word.startSeconds).toBeGreaterThanOrEqual(before);
				expect(word.endSeconds).toBeGreaterThanOrEqual(word.startSeconds);
				expect(word.endSeconds).toBeLessThanOrEqual(cue.endSeconds);
				expect(word.confidence).toBeGreaterThan(0);
				expect(word.confidence).toBeLessThanOrEqual(1);
				expect(word.text).toMatch(/^\S+$/);
				before = word.startSeconds;
			}
			expect(cue.words.at(-1)?.endSeconds).toBeGreaterThan(cue.startSeconds + 1);
		}
		expect(cues[0]?.startSeconds).toBe(100);
		expect(cues[1]?.endSeconds).toBe(140);
		const { requests, evaluated } = await whisper.trace();
		expect(requests.length).toBeGreaterThan(0);
		expect(requests.filter((url) => !url.startsWith(`${location.origin}/`))).toEqual([]);
		expect(requests.filter((url) => /tokenizer\.json|\.onnx$|config\.json/.test(url))).toEqual([]);
		expect(evaluated).toEqual([]);
		expect((await whisper.uses()).map(({ id, provider }) => [id, provider])).toEqual([
			['whisper-tiny', 'wasm'],
		]);
	});

	test('the same sound has the same words; another language may have others', async () => {
		const audio = babble(3);
		await whisper.open('whisper-tiny', 'wasm', 'en');
		const english = await whisper.recognise(audio);
		expect(await whisper.recognise(audio)).toEqual(english);
		await whisper.open('whisper-tiny', 'wasm', 'de');
		const german = await whisper.recognise(audio);
		expect(german).not.toEqual(english);
		await whisper.open('whisper-tiny', 'wasm', null);
		const detected = await whisper.recognise(audio);
		expect(detected[0]?.text.length).toBeGreaterThan(0);
		await whisper.open('whisper-tiny', 'wasm', 'fi');
		await expect(whisper.recognise(audio)).rejects.toThrow(/does not know the language/);
	});

	test('features and word times are those of transformers.js', async () => {
		await whisper.open('whisper-tiny', 'wasm', 'en');
		for (const seconds of [0.1, 1.7, 29.99, 30]) {
			expect(await whisper.featuresApart('whisper-tiny', babble(seconds))).toBeLessThan(1e-5);
		}
		for (const [tokens, frames, skip] of [
			[12, 100, 0],
			[30, 400, 3],
			[5, 40, 3],
		] as const) {
			const { ours, theirs } = await whisper.startsOf('whisper-tiny', [tokens, frames, skip]);
			expect(ours).toEqual(theirs);
			expect(new Set(ours).size).toBeGreaterThan(1);
		}
	});

	test('cancelled in its midst, and works the next time', async () => {
		await whisper.open('whisper-tiny', 'wasm', 'en');
		const whole = await whisper.recognise(babble(35));
		await expect(whisper.recognise(babble(35), false, true)).rejects.toMatchObject({
			name: 'AbortError',
		});
		expect(await whisper.recognise(babble(35))).toEqual(whole);
	});

	test('80 segments leave the memory as it was', { timeout: 300_000 }, async () => {
		await whisper.open('whisper-tiny', 'wasm', 'en');
		const traces = await whisper.many(80, 0.4);
		const after = (segment: number): number => traces[segment - 1]?.wasmBytes ?? 0;
		expect(after(20)).toBeGreaterThan(0);
		expect(after(80)).toBe(after(20));
	});
});

describe('on WebGPU (in software: results, not speed)', { timeout: 600_000 }, () => {
	test('the same words as on WebAssembly, and on it when the device goes away', async () => {
		const audio = babble(1);
		await whisper.open('whisper-base', 'wasm', 'en');
		const expected = await whisper.recognise(audio);
		await whisper.open('whisper-base', 'webgpu', 'en');
		const found = await whisper.recognise(audio);
		expect((await whisper.uses()).map(({ provider }) => provider)).toEqual(['webgpu']);
		expect(found.map(({ text }) => text)).toEqual(expected.map(({ text }) => text));
		const words = found.flatMap((cue) => cue.words);
		for (const [i, word] of expected.flatMap((cue) => cue.words).entries()) {
			expect(words[i]?.confidence).toBeCloseTo(word.confidence, 2);
			expect(words[i]?.startSeconds).toBeCloseTo(word.startSeconds, 1);
		}
		await whisper.loseDevice();
		expect(await whisper.recognise(audio)).toEqual(expected);
		expect((await whisper.uses()).at(-1)).toMatchObject({
			provider: 'wasm',
			note: expect.stringMatching(/went away/) as string,
		});
	});

	test('segments leave no buffers behind', async () => {
		await whisper.open('whisper-small', 'webgpu', 'en');
		const traces = await whisper.many(10, 0.4);
		const [first] = traces;
		expect(first?.gpuBuffers).toBeGreaterThan(0);
		for (const trace of traces.slice(1)) {
			expect(trace.gpuBuffers).toBe(first?.gpuBuffers);
			expect(trace.gpuBytes).toBe(first?.gpuBytes);
			expect(trace.wasmBytes).toBe(first?.wasmBytes);
		}
	});
});
