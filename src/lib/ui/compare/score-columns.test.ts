import { expect, test } from 'vitest';
import { fakeLabels } from '../../../../tests/fixtures/fake-labels.ts';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import { documentOf } from '../../editing/document-of.ts';
import { firstEdition } from '../../editing/first-edition.ts';
import { moveSpeaker, renameSpeaker } from '../../editing/names.ts';
import { Aligner, scoreDocument } from '../../state/document-scores.ts';
import { sortRows } from '../../state/sorting.ts';
import { scoreCell, scoreCsv, scoreRows, scoreText } from './score-columns.ts';

async function scored() {
	const result = fakeResult(fakeSession('party', 'party'));
	const first = firstEdition(result);
	const renamed = renameSpeaker(moveSpeaker(first, 'spk_4', 0), 'spk_0', 'Ada, "A"');
	const document = documentOf(result, renamed);
	const [scores, machine] = await Promise.all(
		[document, documentOf(result, first)].map((one) =>
			scoreDocument(one, fakeLabels(), new Aligner(), {}),
		),
	);
	if (!scores || !machine) throw new Error('no scores');
	return { document, scores, beside: { scores: machine, title: 'Machine' } };
}

test('the file has the rows in the order that is shown, and what the session has in all', async () => {
	const { document, scores } = await scored();
	const rows = sortRows(
		scoreRows(document, scores, null),
		{ column: 'wer', descending: true },
		scoreCell,
	);
	const lines = scoreCsv(rows, scores, null).split('\r\n');
	expect(lines[0]).toBe('speaker,wer,substitutions,deletions,insertions,words,f1,joint,id');
	expect(lines).toHaveLength(9);
	const ids = lines.slice(1, 7).map((line) => line.split(',').at(-1));
	expect(ids).toEqual(rows.map(({ speaker }) => speaker.id));
	expect(ids.at(-1)).toBe('spk_4');
	const rates = rows.flatMap((row) => scoreCell(row, 'wer') ?? []).map(Number);
	expect(rates).toHaveLength(5);
	expect(rates).toEqual(rates.toSorted((a, b) => b - a));
	expect(lines.find((line) => line.endsWith(',spk_0'))).toMatch(/^"Ada, ""A""",0\.\d+,\d+,/u);
	expect(lines.find((line) => line.endsWith(',spk_4'))).toMatch(/^spk_4,,,,,,0(\.\d+)?,,spk_4$/u);
	const [name, wer, wrong, , , words, f1, joint] = (lines[7] ?? '').split(',');
	expect(name).toBe('all');
	expect([wer, f1, joint].map(Number)).toEqual([
		scores.scores.wer,
		scores.scores.f1,
		scores.scores.joint,
	]);
	const sum = (column: 'substitutions' | 'words') =>
		rows.reduce((total, row) => total + Number(scoreCell(row, column)), 0);
	expect([wrong, words].map(Number)).toEqual([sum('substitutions'), sum('words')]);
});

test("another result's word errors stand beside the first's", async () => {
	const { document, scores, beside } = await scored();
	const [row] = scoreRows(document, scores, beside);
	const lines = scoreCsv(row ? [row] : [], scores, beside).split('\r\n');
	expect(lines[0]).toMatch(/^speaker,wer,wer Machine,substitutions,/u);
	const wer = beside.scores.scores.perSpeaker.get('spk_0')?.wer;
	expect(lines[1]).toContain(`,${String(wer)},${String(wer)},`);
	expect(lines[2]).toContain(
		`all,${String(scores.scores.wer)},${String(beside.scores.scores.wer)}`,
	);
});

test('figures as people read them', async () => {
	const { document, scores } = await scored();
	const rows = scoreRows(document, scores, null);
	const written = rows[1];
	const unwritten = rows.find(({ speaker }) => speaker.id === 'spk_4');
	if (!written || !unwritten) throw new Error('no rows');
	expect(scoreText(written, 'wer')).toMatch(/^\d+\.\d %$/u);
	expect(scoreText(written, 'f1')).toMatch(/^\d\.\d{3}$/u);
	expect(scoreText(written, 'words')).toMatch(/^\d+$/u);
	expect([scoreText(unwritten, 'words'), scoreText(unwritten, 'speaker')]).toEqual(['–', 'spk_4']);
});
