import { expect, test } from 'vitest';
import { compressionOf, isMadeUp, repeats } from './evidence.ts';

test('text that goes in circles compresses well', async () => {
	expect(await compressionOf('')).toBe(0);
	// As Python's zlib.compress: 43 bytes become 51.
	expect(await compressionOf('The quick brown fox jumps over the lazy dog')).toBeCloseTo(
		43 / 51,
		2,
	);
	expect(await compressionOf('Thank you. '.repeat(10).trim())).toBeGreaterThan(2.4);
});

test.each([
	[{ noSpeech: 0.9, meanLogProb: -1.5, compression: 1 }, true],
	[{ noSpeech: 0.9, meanLogProb: -0.5, compression: 1 }, false],
	[{ noSpeech: 0.2, meanLogProb: -1.5, compression: 1 }, false],
	[{ noSpeech: 0.2, meanLogProb: -0.2, compression: 2.5 }, true],
	[{ noSpeech: 0.6, meanLogProb: -1, compression: 2.4 }, false],
])('%o is made up: %s', (evidence, madeUp) => {
	expect(isMadeUp(evidence)).toBe(madeUp);
	expect(repeats(evidence)).toBe(evidence.compression > 2.4);
});
