import fc from 'fast-check';
import { expect, test } from 'vitest';
import { madeDocument } from '../../../tests/fixtures/made-document.ts';
import type { Cue } from '../domain/transcript.ts';
import type { Labels } from '../domain/session.ts';
import { scoreSession } from '../evaluation/session-scores.ts';
import { exportedCues } from '../formats/exported-cues.ts';
import { parseVtt, scoredText, serialiseVtt } from '../formats/webvtt.ts';
import { Aligner, scoreDocument } from './document-scores.ts';

/** A file's cues as the official scorer reads them. */
function readBack(vtt: string): Cue[] {
	const { cues, problems } = parseVtt(vtt, 'spk_0.vtt');
	expect(problems).toEqual([]);
	return cues.map(({ rawText, ...times }) => ({ ...times, text: scoredText(rawText) }));
}

async function bothScores(document: ReturnType<typeof madeDocument>, reference: readonly Cue[]) {
	const labels: Labels = { conversations: null, transcripts: new Map([['spk_0', reference]]) };
	const { scores, speakers } = await scoreDocument(document, labels, new Aligner(), {});
	const read = document.speakers.map(
		({ id, uem, cues }) => [id, readBack(serialiseVtt(exportedCues(cues, uem)))] as const,
	);
	const official = scoreSession(labels, new Map(read), new Map(), document.speakers);
	return { scores, official, speakers };
}

test('character references count as the official scorer reads them in the file', async () => {
	const document = madeDocument([{ cues: [[2, 4, 'play R&B -->']] }]);
	const reference = readBack(serialiseVtt([{ startSeconds: 2, endSeconds: 4, text: 'play R&B' }]));
	expect(reference[0]?.text).toBe('play R&amp;B');
	const { scores, official, speakers } = await bothScores(document, reference);
	expect(scores).toEqual(official);
	// "--&gt;" is one word more.
	expect(scores.perSpeaker.get('spk_0')?.wer).toBe(0.25);
	// Words keep their own times.
	const heard = speakers.get('spk_0')?.pairs.flatMap(({ hypothesis }) => hypothesis ?? []);
	expect(heard?.map(({ text }) => text)).toEqual(['play', 'r', 'amp', 'b', 'gt']);
	expect(heard?.every(({ sources }) => sources.every(({ timed }) => timed))).toBe(true);
});

test('a document has the scores of its written files, whatever is in it', async () => {
	const piece = fc.constantFrom('&', '<', '>', '-->', '<unk>', '&amp;', 'R&B', '[x', ']', "don't");
	const text = fc
		.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 6 })
		.map((pieces) => pieces.join(' '));
	const cue = fc
		.tuple(fc.double({ min: 0, max: 60, noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true }))
		.chain(([start, length]) => text.map((said) => [start, start + length, said] as const));
	const reference = [{ startSeconds: 3, endSeconds: 5, text: 'R&amp;B or &lt;unk&gt; b' }];
	await fc.assert(
		fc.asyncProperty(
			fc.array(cue, { maxLength: 6 }),
			fc.dictionary(fc.constantFrom('0', '1'), text),
			fc.double({ min: 0, max: 20, noNaN: true }),
			async (cues, retold, from) => {
				const made = madeDocument([{ cues, retold }]);
				const uem = { startSeconds: from, endSeconds: 59.0005 };
				const speakers = made.speakers.map((speaker) => ({ ...speaker, uem }));
				const { scores, official } = await bothScores({ ...made, speakers }, reference);
				expect(scores).toEqual(official);
			},
		),
	);
});
