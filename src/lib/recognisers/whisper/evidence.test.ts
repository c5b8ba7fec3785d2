import { expect, test } from 'vitest';
import { compressionOf, isMadeUp, isSilent, repeats } from './evidence.ts';

test('text that goes in circles compresses well', async () => {
	expect(await compressionOf('')).toBe(0);
	// As Python's zlib.compress: 43 bytes become 51.
	expect(await compressionOf('The quick brown fox jumps over the lazy dog')).toBeCloseTo(
		43 / 51,
		2,
	);
	expect(await compressionOf('Thank you. '.repeat(10).trim())).toBeGreaterThan(2.4);
});

const fine = { noSpeech: 0.2, meanLogProb: -0.2, compression: 1, looped: false };

test.each([
	[
		{ ...fine, noSpeech: 0.9, meanLogProb: -1.5 },
		{ madeUp: true, silent: true, circles: false },
	],
	[
		{ ...fine, noSpeech: 0.9, meanLogProb: -0.5 },
		{ madeUp: false, silent: false, circles: false },
	],
	[
		{ ...fine, meanLogProb: -1.5 },
		{ madeUp: true, silent: false, circles: false },
	],
	[
		{ ...fine, compression: 2.5 },
		{ madeUp: true, silent: false, circles: true },
	],
	[
		{ ...fine, looped: true },
		{ madeUp: true, silent: false, circles: true },
	],
	[
		{ noSpeech: 0.6, meanLogProb: -1, compression: 2.4, looped: false },
		{ madeUp: false, silent: false, circles: false },
	],
])('%o is %o', (evidence, { madeUp, silent, circles }) => {
	expect(isMadeUp(evidence)).toBe(madeUp);
	expect(isSilent(evidence)).toBe(silent);
	expect(repeats(evidence)).toBe(circles);
});
