import { spawnSync } from 'node:child_process';
import { present } from '../../src/lib/support/assert.ts';
import { hasShared, sharedPath } from '../shared.ts';
import { twiceAsLong, withSpeakers, type MadeSession } from './made-sessions.ts';
import type { Bench, BenchRow } from './row.ts';
import { timedRuns, type Timed } from './timed-runs.ts';

const name = 'sessions/grid-party-4';
const durationSeconds = 60;

/** Linear within 10 %. */
const twice = 2.2;
/** What is kept is small beside what the models need; what is decoded is never kept. */
const flat = 1.1;

/** What twice the speakers and twice the minutes cost, in time and in memory, in default modes. */
export const bench: Bench = {
	title: 'Growth of a session',
	missing: () => {
		if (!hasShared) return 'the recordings are not here';
		return spawnSync('ffmpeg', ['-version']).status === 0 ? null : 'there is no native ffmpeg';
	},
	async run({ log }) {
		const path = sharedPath(name);
		const cold = async (session: MadeSession | null): Promise<Timed> => {
			const runs = [{ path: session?.path ?? path, settings: {} }];
			try {
				return present((await timedRuns(runs, log))[0], 'The run');
			} finally {
				session?.remove();
			}
		};
		log(`two speakers, ${durationSeconds} s`);
		const pair = await cold(withSpeakers(path, 2));
		log(`four speakers, ${durationSeconds} s`);
		const whole = await cold(null);
		log(`four speakers, ${2 * durationSeconds} s`);
		const long = await cold(twiceAsLong(path, durationSeconds));
		return [
			...compare('Four speakers against two', ['four', whole], ['two', pair]),
			...compare('Two minutes against one', ['two', long], ['one', whole]),
		];
	},
};

function compare(what: string, more: [string, Timed], less: [string, Timed]): BenchRow[] {
	const rows: BenchRow[] = [
		{
			what: `${what}, time`,
			measured: { name: more[0], value: more[1].seconds, unit: 's' },
			against: { name: less[0], value: less[1].seconds, unit: 's' },
			target: { atMost: twice },
		},
	];
	const [moreBytes, lessBytes] = [more[1].peakBytes, less[1].peakBytes];
	if (moreBytes !== null && lessBytes !== null) {
		rows.push({
			what: `${what}, memory`,
			measured: { name: more[0], value: moreBytes / 1e6, unit: 'MB' },
			against: { name: less[0], value: lessBytes / 1e6, unit: 'MB' },
			target: { atMost: flat },
		});
	}
	return rows;
}
