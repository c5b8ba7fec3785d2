import { measuredLengths, measureConversations } from './measure-conversations.ts';
import type { Bench, BenchRow } from './row.ts';

/** How well conversations are found in simulated sessions, against the MCoRec baseline's clustering. */
export const bench: Bench = {
	title: 'Conversations in simulated sessions of 2 to 8 speakers',
	missing: () => null,
	run({ log }) {
		const rows = measuredLengths.map((length): BenchRow => {
			const { confab, baseline, right, confidence } = measureConversations(length);
			log(
				`${length.minutes} min, ${length.sessions} sessions: of those with four and more speakers ` +
					`${right.toFixed(2)} wholly right, confidence ${confidence.toFixed(2)}`,
			);
			return {
				what: `Conversations, ${length.minutes} min`,
				measured: { name: 'Confab', value: confab, unit: 'F1' },
				against: { name: 'baseline', value: baseline, unit: 'F1' },
				target: { atLeast: 1 },
			};
		});
		return Promise.resolve(rows);
	},
};
