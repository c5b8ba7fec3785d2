import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { hasShared, sharedPath } from '../shared.ts';
import type { Bench, BenchRow } from './row.ts';

const scoreSchema = v.object({
	seconds: v.number(),
	people: v.number(),
	found: v.number(),
	error: v.number(),
	exactError: v.number(),
	baselineError: v.number(),
	baselineFound: v.number(),
	fullError: v.number(),
	baselineFullError: v.number(),
});

/** Error of a talk of four at most, and seconds of computing for a second of sound. */
const budgets = { error: 0.15, seconds: 0.15 } as const;

/** LibriSpeech speakers in two groups of four: the tuning is chosen by the first, and holds for the second. */
const second = ['test-clean/61', 'test-clean/121', 'test-clean/237', 'train-clean-100/39'];
const first = [
	'train-clean-100/19',
	'train-clean-100/26',
	'train-clean-100/27',
	'train-clean-100/32',
];

/** Made talks: who may be in them, how many are, and the seeds. */
const talks = [
	{ people: 1, from: second, seeds: [201, 202] },
	{ people: 2, from: second, seeds: [203, 204] },
	{ people: 3, from: second, seeds: [205, 206] },
	{ people: 4, from: second, seeds: [207, 208, 209] },
	{ people: 1, from: first, seeds: [212, 213] },
	{ people: 2, from: first, seeds: [214, 215] },
	{ people: 4, from: first, seeds: [216] },
	{ people: 6, from: [...first, ...second], seeds: [210] },
	{ people: 8, from: [...first, ...second], seeds: [211] },
];

const recordings = [
	{
		sound: 'media/labelled/pyannote_sample.wav',
		turns: 'media/labelled/pyannote_sample.rttm',
		file: 'sample',
	},
	{
		sound: 'media/labelled/pyannote_dev00.wav',
		turns: 'media/labelled/labels.rttm',
		file: 'dev00',
	},
	{
		sound: 'media/labelled/pyannote_tst00.wav',
		turns: 'media/labelled/labels.rttm',
		file: 'tst00',
	},
	{
		sound: 'media/ami-minute/mixture.wav',
		turns: 'media/ami-minute/mixture.rttm',
		file: 'mixture',
	},
];

/** Turns of one file in an RTTM file: person, start and end in seconds. */
function turnsOf(path: string, file: string): [string, number, number][] {
	return readFileSync(sharedPath(path), 'utf8')
		.split('\n')
		.map((line) => line.split(/\s+/))
		.filter((words) => words[0] === 'SPEAKER' && words[1] === file)
		.map((words) => [words[7] ?? '', Number(words[3]), Number(words[3]) + Number(words[4])]);
}

/** How well voices are found, against sliding windows with spectral clustering of the same prints. */
export const bench: Bench = {
	title: 'Voices by the sound alone: diarisation error, of talks at a collar of 0.25 s',
	missing: () => (hasShared ? null : 'the recordings are not here'),
	async run({ page, log }) {
		const rows: BenchRow[] = [];
		const within = (what: string, value: number, unit: string, budget: number): void => {
			rows.push({
				...{ what, measured: { name: 'Confab', value, unit }, target: { atMost: 1 } },
				against: { name: 'budget', value: budget, unit },
			});
		};
		const rowOf = (what: string, answer: unknown): void => {
			const score = v.parse(scoreSchema, answer);
			const isTalk = what.startsWith('Talk');
			log(
				`${what}: ${score.found} of ${score.people} voices, ${score.error.toFixed(3)} ` +
					`(full ${score.fullError.toFixed(3)}, baseline ${score.baselineFullError.toFixed(3)}), ` +
					`${score.exactError.toFixed(3)} when told the number; baseline ${score.baselineFound} voices, ` +
					`${score.baselineError.toFixed(3)}; ${score.seconds.toFixed(2)} s a second`,
			);
			rows.push({
				what,
				measured: { name: 'Confab', value: isTalk ? score.error : score.fullError, unit: 'DER' },
				against: {
					name: 'baseline',
					value: isTalk ? score.baselineError : score.baselineFullError,
					unit: 'DER',
				},
				target: { atMost: 1 },
			});
			if (!isTalk) return;
			within(`${what}, time`, score.seconds, 's/s', budgets.seconds);
			// One more than the people who are too many or too few, so that none is a ratio as well.
			within(`${what}, count`, 1 + Math.abs(score.found - score.people), '', 1);
			if (score.people === 4) within(`${what}, error`, score.error, 'DER', budgets.error);
		};
		for (const { people, from, seeds } of talks) {
			const folders = from.map((speaker) => {
				const folder = `data/voices/${speaker}`;
				return readdirSync(sharedPath(folder)).map((chapter) =>
					readdirSync(sharedPath(`${folder}/${chapter}`)).map((file) =>
						page.urlOf(sharedPath(`${folder}/${chapter}/${file}`)),
					),
				);
			});
			for (const seed of seeds) {
				// One chapter of each: a recording is made with one microphone on one day.
				const chosen = folders.map((chapters) => chapters[seed % chapters.length] ?? []);
				const turned = [
					...chosen.slice(seed % chosen.length),
					...chosen.slice(0, seed % chosen.length),
				];
				const input = { kind: 'talk', people: turned.slice(0, people), seed };
				rowOf(`Talk of ${people}, ${seed}`, await page.call('tests/bench/voices.page.ts', input));
			}
		}
		for (const { sound, turns, file } of recordings) {
			const input = {
				kind: 'recording',
				url: page.urlOf(sharedPath(sound)),
				turns: turnsOf(turns, file),
			};
			rowOf(`Recording ${file}`, await page.call('tests/bench/voices.page.ts', input));
		}
		return rows;
	},
};
