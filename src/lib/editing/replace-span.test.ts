import { expect, test } from 'vitest';
import { madeCue, madeEdition } from '../../../tests/fixtures/made-editions.ts';
import { cuesWithin, replaceSpan } from './replace-span.ts';

const edition = madeEdition([
	['spk_0', 10, 'so did you take it'],
	['spk_1', 12, 'i did'],
	['spk_0', 30, 'good'],
]);
const span = (startSeconds: number, endSeconds: number) => ({
	speakerId: 'spk_0',
	startSeconds,
	endSeconds,
});
const again = madeCue(0, 'spk_0', 12.2, 'we took it');
const textsOf = (changed: typeof edition) => changed.cues.map(({ id, text }) => `${id} ${text}`);

test('the cues of the stretch go, those of others stay', () => {
	expect(cuesWithin(edition, span(0, 60)).map(({ id }) => id)).toEqual(['0', '2']);
	const changed = replaceSpan(edition, span(9, 17), [again]);
	expect(textsOf(changed)).toEqual(['1 i did', '3 we took it', '2 good']);
	expect(changed.cues[1]).toMatchObject({ edited: true, confidence: 0.5, words: again.words });
	expect(changed.nextCue).toBe(4);
});

test('words outside the stretch stay, on both sides', () => {
	const changed = replaceSpan(edition, span(12.2, 14.6), [again]);
	expect(textsOf(changed)).toEqual(['0 so did', '1 i did', '4 we took it', '3 it', '2 good']);
	expect(changed.cues[0]).toMatchObject({ startSeconds: 10, endSeconds: 12.2 });
	expect(changed.cues[3]).toMatchObject({ startSeconds: 14.6 });
	expect(changed.nextCue).toBe(5);
});

test('nothing heard makes a stretch silent; nothing in place of nothing is no change', () => {
	expect(textsOf(replaceSpan(edition, span(9, 17), []))).toEqual(['1 i did', '2 good']);
	expect(replaceSpan(edition, span(40, 50), [])).toBe(edition);
});
