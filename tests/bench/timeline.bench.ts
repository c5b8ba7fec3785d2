import * as v from 'valibot';
import type { Bench, BenchRow } from './row.ts';

const outcomeSchema = v.object({
	frames: v.array(v.number()),
	segments: v.number(),
	words: v.number(),
});

/** A picture must be there when the next one is due, sixty times a second. */
const budgetMilliseconds = 16;

const sessions = [
	{ speakers: 8, minutes: 6 },
	{ speakers: 8, minutes: 60 },
	{ speakers: 2, minutes: 180 },
] as const;

/** The value that so many of all do not go beyond. */
function quantile(values: readonly number[], part: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

/** What a picture of the timeline costs while one zooms and pans, drawn to the last pixel. */
export const bench: Bench = {
	title: 'Pictures of the timeline while zooming and panning',
	missing: () => null,
	async run({ page, log }) {
		const rows: BenchRow[] = [];
		for (const { speakers, minutes } of sessions) {
			for (const extras of [false, true]) {
				const input = { speakers, minutes, extras, width: 1200, pixelRatio: 1 };
				const answer = await page.call('tests/bench/timeline.page.ts', input);
				const { frames, segments, words } = v.parse(outcomeSchema, answer);
				const what = `Timeline, ${speakers} x ${minutes} min${extras ? ', all shown' : ''}`;
				const worst = Math.max(...frames).toFixed(1);
				log(`${what}: ${segments} stretches, ${words} words, worst picture ${worst} ms`);
				for (const [name, part] of [
					['median', 0.5],
					['95th percentile', 0.95],
				] as const) {
					rows.push({
						what,
						measured: { name, value: quantile(frames, part), unit: 'ms' },
						against: { name: 'budget', value: budgetMilliseconds, unit: 'ms' },
						target: { atMost: 1 },
					});
				}
			}
		}
		return rows;
	},
};
