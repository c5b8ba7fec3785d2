import * as v from 'valibot';
import { hasShared, sharedPath } from '../shared.ts';
import type { Bench, Measurement } from './row.ts';

const outcomeSchema = v.object({
	threads: v.number(),
	shared: v.number(),
	separate: v.number(),
	onePass: v.number(),
	encoder: v.number(),
	farthest: v.number(),
});

const track = 'sessions/grid-party-4/speakers/spk_0/central_crops/track_00.mp4';

/** 30 s: whole chunks of every duration but that of 4 s. */
const frameCount = 750;

/** Rounding each pass to 0.1 first, then their mean. */
const roundingApart = 0.1 + 1e-6;

/** How fast Light-ASD scores a face track for the exact six durations of the MCoRec baseline. */
export const bench: Bench = {
	title: 'Light-ASD on WebAssembly, chunks of 1 to 6 s',
	missing: () => (hasShared ? null : 'the recordings are not here'),
	async run({ page, log }) {
		const input = { url: page.urlOf(sharedPath(track)), frames: frameCount };
		const outcome = v.parse(outcomeSchema, await page.call('tests/bench/light-asd.page.ts', input));
		const { threads, shared, separate, onePass, encoder, farthest } = outcome;
		log(`${threads} threads; shared and separate passes differ by ${farthest.toFixed(3)} at most`);
		if (!(farthest <= roundingApart)) throw new Error('sharing changes the scores');
		const speed = (name: string, seconds: number): Measurement => {
			return { name, value: frameCount / seconds, unit: 'frames/s' };
		};
		const sharing = speed('six durations at once', shared);
		return [
			{
				what: 'Light-ASD, shared work',
				measured: sharing,
				against: speed('six passes', separate),
				// 1.96 frames are encoded for each of the track instead of 6.
				target: { atLeast: 2.5 },
			},
			{
				what: 'Light-ASD, price of six',
				measured: sharing,
				against: speed('one pass', onePass),
			},
			{
				what: 'Light-ASD, visual encoder',
				measured: speed('encoder alone', encoder),
				against: speed('one whole pass', onePass),
			},
			{
				what: 'Light-ASD, real time',
				measured: sharing,
				against: { name: 'the recording', value: 25, unit: 'frames/s' },
			},
		];
	},
};
