import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awkwardDocument, madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { narrowed } from './narrow.ts';
import { spanLayer } from '../../layers/layer-kind.ts';
import { overlap } from '../../layers/overlap.ts';
import { readTextGrid } from '../reference/read-textgrid.ts';
import { textGrid } from './textgrid.ts';
import { toldCues } from './told-cues.ts';

const all = { speakerId: null, range: null, naming: 'names' } as const;

test('long format, a tier of utterances and one of words, without gaps', () => {
	const party = madeDocument([{ name: 'Anna "A"', cues: [[1, 3, 'one two']] }]);
	expect(textGrid(party)).toBe(`File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 60.000
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "Anna ""A"""
        xmin = 0
        xmax = 60.000
        intervals: size = 3
        intervals [1]:
            xmin = 0.000
            xmax = 1.000
            text = ""
        intervals [2]:
            xmin = 1.000
            xmax = 3.000
            text = "one two"
        intervals [3]:
            xmin = 3.000
            xmax = 60.000
            text = ""
    item [2]:
        class = "IntervalTier"
        name = "Anna ""A"" - words"
        xmin = 0
        xmax = 60.000
        intervals: size = 4
        intervals [1]:
            xmin = 0.000
            xmax = 1.000
            text = ""
        intervals [2]:
            xmin = 1.000
            xmax = 2.000
            text = "one"
        intervals [3]:
            xmin = 2.000
            xmax = 3.000
            text = "two"
        intervals [4]:
            xmin = 3.000
            xmax = 60.000
            text = ""
`);
});

test('what was measured has tiers behind those of speakers, which are read back as nobody', () => {
	const party = madeDocument([
		{ name: 'Anna', cues: [[1, 5, 'one']] },
		{ name: 'Bo', cues: [[4, 8, 'two']] },
	]);
	const whole = spanLayer(overlap, null, [{ startSeconds: 1, endSeconds: 3, text: 'a' }]);
	const text = textGrid({ ...party, layers: [...party.layers, whole] });
	expect([...text.matchAll(/name = "(.*)"/g)].map(([, name]) => name)).toEqual([
		...['Anna', 'Anna - words', 'Bo', 'Bo - words'],
		...['Bo - overlap', 'Recording - overlap'],
	]);
	expect(text).toContain('text = "between speakers"');
	const { speakers } = readTextGrid(text, 'a.TextGrid');
	expect(speakers.map(({ name }) => name)).toEqual(['Anna', 'Bo']);
});

/** Praat reads a text file's numbers, quoted strings and flags in their order and passes over all else. */
function praatTokens(text: string): (number | string)[] {
	const tokens = text.matchAll(/"((?:[^"]|"")*)"|<exists>|(?<![^\s])-?\d+(?:\.\d+)?(?![^\s])/g);
	return [...tokens].map(([whole, string]) => {
		if (whole === '<exists>') return whole;
		return string === undefined ? Number(whole) : `"${string.replaceAll('""', '"')}`;
	});
}

interface Interval {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

function praatTiers(text: string) {
	const tokens = praatTokens(text);
	const take = (): number | string => {
		const token = tokens.shift();
		if (token === undefined) throw new Error('the file ends too early');
		return token;
	};
	expect([take(), take()]).toEqual(['"ooTextFile', '"TextGrid']);
	const [start, end, exists, size] = [take(), take(), take(), Number(take())];
	expect([start, exists]).toEqual([0, '<exists>']);
	const tiers = Array.from({ length: size }, () => {
		expect(take()).toBe('"IntervalTier');
		const name = String(take()).slice(1);
		expect([take(), take()]).toEqual([0, end]);
		const intervals = Array.from({ length: Number(take()) }, (): Interval => {
			return { start: Number(take()), end: Number(take()), text: String(take()).slice(1) };
		});
		return { name, intervals };
	});
	expect(tokens).toEqual([]);
	return { end: Number(end), tiers };
}

test('no tier has gaps or overlaps, and no word is lost, whatever people wrote', () => {
	fc.assert(
		fc.property(awkwardDocument, (document) => {
			const shown = narrowed(document, all);
			const { end, tiers } = praatTiers(textGrid(shown));
			expect(new Set(tiers.map(({ name }) => name)).size).toBe(tiers.length);
			for (const { intervals } of tiers) {
				expect(intervals[0]?.start).toBe(0);
				expect(intervals.at(-1)?.end).toBe(end);
				for (const [index, interval] of intervals.entries()) {
					expect(interval.end).toBeGreaterThan(interval.start);
					if (index > 0) expect(interval.start).toBe(intervals[index - 1]?.end);
				}
			}
			const written = tiers.flatMap(({ intervals }) =>
				intervals.flatMap(({ start, end: until, text }) =>
					text === '' ? [] : [`${Math.round(start * 1000)} ${Math.round(until * 1000)} ${text}`],
				),
			);
			for (const cue of shown.speakers.flatMap(toldCues)) {
				expect(written).toContain(`${cue.startMs} ${cue.endMs} ${cue.text}`);
			}
		}),
	);
});
