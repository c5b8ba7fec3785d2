import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framesOf, packWindows, rangeOf, windowFrames, wordsOfPieces } from './windows.ts';

const pieces = fc
	.array(fc.integer({ min: 1, max: windowFrames }), { maxLength: 60 })
	.chain((lengths) =>
		fc.record({
			lengths: fc.constant(lengths),
			starts: fc.array(fc.nat(1000), { minLength: lengths.length, maxLength: lengths.length }),
		}),
	)
	.map(({ lengths, starts }) =>
		lengths.map((length, clip) => {
			const startFrame = starts[clip] ?? 0;
			return { clip, startFrame, endFrame: startFrame + length };
		}),
	);

const gap = 12;

describe('pieces are put into windows', () => {
	test('all of them, in order, apart, within 30 s', () => {
		fc.assert(
			fc.property(pieces, (given) => {
				const windows = packWindows(given, windowFrames, gap);
				expect(windows.flat().map(({ at: _, ...piece }) => piece)).toEqual(given);
				for (const window of windows) {
					expect(window[0]?.at).toBe(0);
					expect(framesOf(window)).toBeLessThanOrEqual(windowFrames);
					for (const [i, piece] of window.slice(1).entries()) {
						expect(piece.at).toBe(framesOf(window.slice(0, i + 1)) + gap);
					}
				}
			}),
		);
	});

	test('none could take in the first of the next', () => {
		fc.assert(
			fc.property(pieces, (given) => {
				const windows = packWindows(given, windowFrames, gap);
				for (const [i, window] of windows.slice(1).entries()) {
					const before = framesOf(windows[i] ?? []);
					expect(before + gap + framesOf(window.slice(0, 1))).toBeGreaterThan(windowFrames);
				}
			}),
		);
	});

	test('48 segments of a second and a half take four windows', () => {
		const segments = Array.from({ length: 48 }, (_, clip) => ({
			clip,
			startFrame: 0,
			endFrame: 38,
		}));
		expect(packWindows(segments, windowFrames, gap)).toHaveLength(4);
	});
});

describe('words are given to pieces', () => {
	const words = fc
		.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), {
			maxLength: 80,
		})
		.map((steps) => {
			let at = 0;
			return steps.map(([pause, length], i) => {
				const startSeconds = at + pause / 50;
				at = startSeconds + length / 50;
				return { text: String(i), startSeconds, endSeconds: at };
			});
		});

	test('none is lost, the order stays, and times lie inside of the piece', () => {
		fc.assert(
			fc.property(pieces, words, (given, all) => {
				for (const window of packWindows(given, windowFrames, gap)) {
					const found = wordsOfPieces(all, window);
					expect(found).toHaveLength(window.length);
					expect(found.flat().map(({ text }) => text)).toEqual(all.map(({ text }) => text));
					for (const [i, own] of found.entries()) {
						const { startSeconds, endSeconds } = rangeOf(window[i]!);
						let before = 0;
						for (const word of own) {
							expect(word.startSeconds).toBeGreaterThanOrEqual(before);
							expect(word.endSeconds).toBeGreaterThanOrEqual(word.startSeconds);
							expect(word.endSeconds).toBeLessThanOrEqual(endSeconds - startSeconds + 1e-9);
							before = word.startSeconds;
						}
					}
				}
			}),
		);
	});

	test('a word inside of a piece keeps its time; one between two goes to the nearer', () => {
		// 0 to 1 s, 1.48 to 2.48 s.
		const window = packWindows(
			[
				{ clip: 0, startFrame: 5, endFrame: 30 },
				{ clip: 1, startFrame: 0, endFrame: 25 },
			],
			windowFrames,
			gap,
		)[0]!;
		const [first, second] = wordsOfPieces(
			[
				{ text: 'in', startSeconds: 0.2, endSeconds: 0.6 },
				{ text: 'over', startSeconds: 0.8, endSeconds: 1.3 },
				{ text: 'near', startSeconds: 1.3, endSeconds: 1.45 },
				{ text: 'later', startSeconds: 1.4, endSeconds: 1.98 },
			],
			window,
		);
		expect(first).toEqual([
			{ text: 'in', startSeconds: 0.2, endSeconds: 0.6 },
			{ text: 'over', startSeconds: 0.8, endSeconds: 1 },
		]);
		expect(second?.map(({ text }) => text)).toEqual(['near', 'later']);
		expect(second?.[0]).toMatchObject({ startSeconds: 0, endSeconds: 0 });
		expect(second?.[1]?.startSeconds).toBe(0);
		expect(second?.[1]?.endSeconds).toBeCloseTo(0.5, 9);
	});
});
