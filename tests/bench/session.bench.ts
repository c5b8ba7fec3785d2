import { hasShared, sharedPath } from '../shared.ts';
import type { Bench, BenchRow } from './row.ts';
import { timedRuns } from './timed-runs.ts';

const name = 'sessions/grid-party-4';
const durationSeconds = 60;

/** A whole session through the built app: cold, again from the store, in the baseline's modes. */
export const bench: Bench = {
	title: `A session of ${durationSeconds} s with 4 speakers`,
	missing: () => (hasShared ? null : 'the recordings are not here'),
	async run({ log }) {
		const path = sharedPath(name);
		const baseline = { speechActivity: 'baseline', conversations: 'baseline' };
		const length = { name: 'the recording', value: durationSeconds, unit: 's' };
		log('default modes, cold and again');
		const [cold, again] = await timedRuns(
			[
				{ path, settings: {} },
				{ path, settings: {} },
			],
			log,
		);
		log('the baseline’s modes, cold');
		const [plain] = await timedRuns([{ path, settings: baseline }], log);
		if (!cold || !again || !plain) throw new Error('a run is missing');
		const rows: BenchRow[] = [
			{
				what: 'Default modes, cold',
				measured: { name: 'run', value: cold.seconds, unit: 's' },
				against: length,
				target: { atMost: 240 / durationSeconds },
			},
			{
				what: 'The baseline’s modes, cold',
				measured: { name: 'run', value: plain.seconds, unit: 's' },
				against: length,
				target: { atMost: 600 / durationSeconds },
			},
			{
				what: 'Again, from the store',
				measured: { name: 'run', value: again.seconds, unit: 's' },
				against: { name: 'budget', value: 2, unit: 's' },
				target: { atMost: 1 },
			},
		];
		if (cold.peakBytes !== null) {
			rows.push({
				what: 'Memory of the tab, at most',
				measured: { name: 'peak', value: cold.peakBytes / 1e6, unit: 'MB' },
				against: { name: 'budget', value: 1500, unit: 'MB' },
				target: { atMost: 1 },
			});
		}
		return rows;
	},
};
