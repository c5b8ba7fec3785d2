import { expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import type { EditedCue } from '../../domain/edition.ts';
import type { DocumentSpeaker } from '../../domain/studio-document.ts';
import { documentOf } from '../../editing/document-of.ts';
import { firstEdition } from '../../editing/first-edition.ts';
import { captionAt, speaksAt } from './captions.ts';

function speakerOf(...cues: readonly Partial<EditedCue>[]): DocumentSpeaker {
	const result = fakeResult(fakeSession('a', 'b'));
	const [speaker] = documentOf(result, firstEdition(result)).speakers;
	const [cue] = speaker?.cues ?? [];
	if (!speaker || !cue) throw new Error('no cue');
	return { ...speaker, cues: cues.map((part) => ({ ...cue, ...part })) };
}

/** One word a second. */
function wordsFrom(startSeconds: number, count: number): Partial<EditedCue> {
	const words = Array.from({ length: count }, (_, i) => ({
		startSeconds: startSeconds + i,
		endSeconds: startSeconds + i + 0.8,
		text: `w${i}`,
		confidence: 1,
	}));
	return { startSeconds, endSeconds: startSeconds + count, words };
}

function textAt(speaker: DocumentSpeaker, seconds: number): string | null {
	const caption = captionAt(speaker, seconds);
	return caption?.words.map(({ text, now }) => (now ? `[${text}]` : text)).join(' ') ?? null;
}

test('the words being said, the one of the moment marked', () => {
	const speaker = speakerOf(wordsFrom(10, 3), wordsFrom(20, 2));
	expect(textAt(speaker, 9.9)).toBeNull();
	expect(textAt(speaker, 10)).toBe('[w0] w1 w2');
	expect(textAt(speaker, 11.9)).toBe('w0 w1 w2');
	expect(textAt(speaker, 12.1)).toBe('w0 w1 [w2]');
	expect(textAt(speaker, 13.5)).toBe('w0 w1 w2');
	expect(captionAt(speaker, 13.5)?.speaking).toBe(false);
	expect(textAt(speaker, 14)).toBeNull();
	expect(textAt(speaker, 21.5)).toBe('w0 [w1]');
});

test('long speech comes in parts that stand still while they are said', () => {
	const speaker = speakerOf(wordsFrom(0, 20));
	expect(textAt(speaker, 8.5)).toBe('w0 w1 w2 w3 w4 w5 w6 w7 [w8]');
	expect(textAt(speaker, 9.5)).toBe('[w9] w10 w11 w12 w13 w14 w15 w16 w17');
	expect(textAt(speaker, 19)).toBe('w18 [w19]');
});

test('what was corrected without times for its words is shown whole', () => {
	const speaker = speakerOf({ startSeconds: 1, endSeconds: 2, text: 'as corrected', words: [] });
	expect(textAt(speaker, 1.5)).toBe('as corrected');
	expect(captionAt(speakerOf({ ...wordsFrom(1, 0), text: '' }), 1)).toBeNull();
});

test('somebody speaks inside a segment alone', () => {
	const speaker = speakerOf();
	const [segment] = speaker.segments;
	if (!segment) throw new Error('no segment');
	expect(speaksAt(speaker, segment.startSeconds)).toBe(true);
	expect(speaksAt(speaker, segment.endSeconds)).toBe(false);
	expect(speaksAt(speaker, segment.startSeconds - 0.01)).toBe(false);
});
