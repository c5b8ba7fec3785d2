import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpanIndex } from './span-index.ts';

const seconds = fc.double({ min: 0, max: 100, noNaN: true });
const span = fc
	.tuple(seconds, seconds)
	.map(([a, b]) => ({ startSeconds: Math.min(a, b), endSeconds: Math.max(a, b) }));

test('all that reach into a range are found', () => {
	fc.assert(
		fc.property(fc.array(span), span, (spans, range) => {
			const index = new SpanIndex(spans);
			const [from, to] = index.between(range);
			for (const [i, { startSeconds, endSeconds }] of index.spans.entries()) {
				const reaches = startSeconds < range.endSeconds && endSeconds > range.startSeconds;
				if (reaches) expect(i >= from && i < to).toBe(true);
			}
		}),
	);
});

test('of stretches that do not meet, none besides them is found', () => {
	const index = new SpanIndex(
		Array.from({ length: 1000 }, (_, i) => ({ startSeconds: i, endSeconds: i + 0.5 })),
	);
	expect(index.between({ startSeconds: 200.5, endSeconds: 203 })).toEqual([201, 203]);
	expect(index.between({ startSeconds: 200.6, endSeconds: 200.8 })).toEqual([201, 201]);
	expect(index.between({ startSeconds: 2000, endSeconds: 3000 })).toEqual([1000, 1000]);
});

test('the one that is going on is found', () => {
	fc.assert(
		fc.property(fc.array(span), seconds, (spans, at) => {
			const going = spans.filter((one) => one.startSeconds <= at && at < one.endSeconds);
			const found = new SpanIndex(spans).at(at);
			if (going.length === 0) expect(found).toBeNull();
			else expect(found?.startSeconds).toBe(Math.max(...going.map((one) => one.startSeconds)));
		}),
	);
});
