import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editions, madeEdition } from '../../../tests/fixtures/made-editions.ts';
import { cueOf } from './cues.ts';
import {
	insertCue,
	mergeWithNext,
	nextOfSpeaker,
	splitAtTime,
	splitAtWord,
} from './split-merge.ts';

const edition = madeEdition([
	['spk_0', 10, 'so did you take it'],
	['spk_1', 12, 'i did'],
	['spk_0', 30, 'good'],
]);
const partsOf = (changed: typeof edition) => changed.cues.map(({ id, text }) => `${id} ${text}`);

test('a split divides the words and the gap between them', () => {
	const changed = splitAtWord(edition, '0', 2);
	expect(partsOf(changed)).toEqual(['0 so did', '1 i did', '3 you take it', '2 good']);
	const [first, , second] = changed.cues;
	expect(first?.endSeconds).toBeCloseTo(12.3);
	expect(second?.startSeconds).toBe(first?.endSeconds);
	expect(second?.endSeconds).toBe(cueOf(edition, '0').endSeconds);
	expect(changed.nextCue).toBe(4);
	expect(second?.words[0]).toBe(cueOf(edition, '0').words[2]);
});

test('a split at a moment cuts the word that is being said', () => {
	const changed = splitAtTime(edition, '0', 13);
	expect(cueOf(changed, '0')).toMatchObject({ text: 'so did you', endSeconds: 13 });
	expect(cueOf(changed, '0').words[2]).toMatchObject({ startSeconds: 12.4, endSeconds: 13 });
	expect(cueOf(changed, '3')).toMatchObject({ text: 'take it', startSeconds: 13 });
});

test('a part without words is no part', () => {
	for (const place of [-1, 0, 5, 9]) expect(splitAtWord(edition, '0', place)).toBe(edition);
	for (const at of [0, 10, 99]) expect(splitAtTime(edition, '0', at)).toBe(edition);
});

test('merging passes over what others say in between', () => {
	const changed = mergeWithNext(edition, '0');
	expect(partsOf(changed)).toEqual(['0 so did you take it good', '1 i did']);
	expect(changed.cues[0]).toMatchObject({ startSeconds: 10, endSeconds: 31.2, edited: true });
	expect(nextOfSpeaker(edition, '1')).toBeNull();
	expect(mergeWithNext(edition, '1')).toBe(edition);
});

test('law: what is split and merged again is what it was', () => {
	fc.assert(
		fc.property(editions, fc.nat(8), (made, place) => {
			for (const cue of made.cues) {
				const split = splitAtWord(made, cue.id, place);
				// Somebody who talks twice at once may have another cue in between.
				if (split === made || nextOfSpeaker(split, cue.id)?.id !== String(made.nextCue)) continue;
				const merged = cueOf(mergeWithNext(split, cue.id), cue.id);
				expect(merged).toEqual({ ...cue, edited: true, confidence: expect.closeTo(0.5) });
			}
		}),
	);
});

test('what the machine missed is put in its place, its words at even pace', () => {
	const cue = { speakerId: 'spk_2', startSeconds: 11, endSeconds: 12, text: ' oh  right ' };
	const changed = insertCue(edition, cue);
	expect(changed.cues.map(({ id }) => id)).toEqual(['0', '3', '1', '2']);
	expect(cueOf(changed, '3')).toMatchObject({ text: 'oh right', confidence: 1, edited: true });
	expect(cueOf(changed, '3').words[1]).toMatchObject({ endSeconds: 12, confidence: 1 });
	expect(cueOf(changed, '3').words[1]?.startSeconds).toBeCloseTo(11 + 2 / 7);
	expect(insertCue(edition, { ...cue, text: ' ' })).toBe(edition);
});
