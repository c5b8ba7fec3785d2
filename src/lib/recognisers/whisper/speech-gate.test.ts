import { expect, test } from 'vitest';
import { mayHoldSpeech } from './speech-gate.ts';

const seconds = 4;
const sampleRateHz = 16_000;

function sound(at: (t: number, i: number) => number): Float32Array {
	return Float32Array.from({ length: seconds * sampleRateHz }, (_, i) => at(i / sampleRateHz, i));
}

/** Even noise of this amplitude, the same every time. */
function noise(amplitude: number): Float32Array {
	let state = 1;
	return sound(() => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
		return (state / 2 ** 31) * amplitude;
	});
}

const sure = new Float32Array(seconds * 25).fill(0.95);
const hum = sound((t) => 0.1 * Math.sin(2 * Math.PI * 50 * t) + 0.05 * Math.sin(200 * Math.PI * t));
const speech = sound(
	(t) => 0.1 * Math.max(0, Math.sin(2 * Math.PI * 4 * t)) ** 2 * Math.sin(2 * Math.PI * 180 * t),
);

test.each([
	['silence', sound(() => 0)],
	['dither', noise(1e-4)],
	['white noise, faint', noise(0.003)],
	['white noise, loud', noise(0.5)],
	['mains hum', hum],
])('%s cannot hold speech, however sure the picture is', (_, audio) => {
	expect(mayHoldSpeech(audio, null)).toBe(false);
	expect(mayHoldSpeech(audio, sure)).toBe(false);
});

test('sound that rises and falls may, unless it is known that nobody speaks', () => {
	expect(mayHoldSpeech(speech, null)).toBe(true);
	expect(mayHoldSpeech(speech, sure)).toBe(true);
	expect(mayHoldSpeech(speech, new Float32Array(100).fill(0.1))).toBe(false);
	expect(mayHoldSpeech(speech, new Float32Array(100).fill(Number.NaN))).toBe(true);
	// A quarter of a second of it is enough; a single frame is not.
	const brief = new Float32Array(100).fill(0.02);
	brief[50] = 0.99;
	expect(mayHoldSpeech(speech, brief)).toBe(false);
	brief.fill(0.9, 48, 56);
	expect(mayHoldSpeech(speech, brief)).toBe(true);
});

test('speech over noise of the same strength may', () => {
	const even = noise(0.06);
	const mixed = speech.map((value, i) => value + (even[i] ?? 0));
	expect(mayHoldSpeech(mixed, sure)).toBe(true);
});

test('nothing is heard in nothing', () => {
	expect(mayHoldSpeech(new Float32Array(0), null)).toBe(false);
	expect(mayHoldSpeech(new Float32Array(100), new Float32Array(1).fill(1))).toBe(false);
});
