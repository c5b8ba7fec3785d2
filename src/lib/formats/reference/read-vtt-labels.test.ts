import { expect, test } from 'vitest';
import { readVttLabels } from './read-vtt-labels.ts';

const vtt = (...cues: string[]): string =>
	`WEBVTT\n\n${cues.map((cue, i) => `00:0${i}.000 --> 00:0${i + 1}.000\n${cue}`).join('\n\n')}\n`;

test('without voices it is what the one speaker says after whom it is named, as the scorer reads it', () => {
	const { speakers } = readVttLabels(
		vtt('a &lt;b&gt; &amp;amp; &#66;', '<i>c</i>\nd'),
		'x/spk_2.vtt',
		'spk_2',
	);
	expect(speakers).toEqual([
		{
			name: 'spk_2',
			file: 'x/spk_2.vtt',
			cues: [
				{ startSeconds: 0, endSeconds: 1, text: 'a &lt;b&gt; &amp;amp; &#66;' },
				{ startSeconds: 1, endSeconds: 2, text: 'c d' },
			],
		},
	]);
});

test('a file without cues says that its speaker says nothing', () => {
	expect(readVttLabels('WEBVTT\n', 'spk_2.vtt', 'spk_2').speakers).toEqual([
		{ name: 'spk_2', file: 'spk_2.vtt', cues: [] },
	]);
});

test('voices are told apart, also several in one cue, with classes and end tags', () => {
	const text = vtt(
		'<v.loud Anna &amp; Co>one</v>\n<v Bo>two',
		'<v Bo>three <b>four</b> &#38; R&B</v>',
	);
	expect(
		readVttLabels(text, 'a.vtt', 'a').speakers.map(({ name, cues }) => [
			name,
			cues.map((cue) => cue.text),
		]),
	).toEqual([
		['Anna & Co', ['one']],
		['Bo', ['two', 'three four &amp; R&amp;B']],
	]);
});

test('text that nobody says is refused where others have voices', () => {
	const { speakers, problems } = readVttLabels(vtt('<v Bo>one', 'whose'), 'a.vtt', 'a');
	expect(speakers).toEqual([]);
	expect(problems).toEqual([
		{
			file: 'a.vtt',
			message: 'the cue at 1 s has text outside of a voice span (<v Name>): "whose"',
		},
	]);
});

test('a broken cue is told with its line, and nothing is taken', () => {
	const { speakers, problems } = readVttLabels(
		`${vtt('one')}\n00:04.000 --> 00:03.000\ntwo\n`,
		'a.vtt',
		'a',
	);
	expect(speakers).toEqual([]);
	expect(problems[0]).toMatchObject({ file: 'a.vtt', message: expect.stringMatching(/^line 6: /) });
});

test('a stray bracket before a voice does not hide it', () => {
	const { speakers } = readVttLabels(vtt('<v Bo>a < b <v Anna>three <i <b>four'), 'a.vtt', 'a');
	expect(speakers.map(({ name, cues }) => [name, cues.map((cue) => cue.text)])).toEqual([
		['Bo', ['a &lt; b']],
		['Anna', ['three four']],
	]);
});

test('brackets that nothing closes are looked through once', () => {
	// Patterns that begin again at each bracket take minutes for these.
	for (const cue of ['<'.repeat(300_000), '<v.'.repeat(100_000), `<v${' '.repeat(300_000)}`]) {
		const { speakers, problems } = readVttLabels(vtt(cue), 'a.vtt', 'a');
		expect(problems).toEqual([]);
		expect(speakers).toHaveLength(1);
	}
});
