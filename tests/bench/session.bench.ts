import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { openHeadless } from '../../scripts/lib/headless.mjs';
import { hasShared, sharedPath } from '../shared.ts';
import type { Bench, BenchRow } from './row.ts';

const name = 'sessions/grid-party-4';
const durationSeconds = 60;

interface Timed {
	readonly seconds: number;
	readonly peakBytes: number | null;
}

/** A copy of a session that names only its first speakers. The caller removes it. */
function withSpeakers(path: string, count: number): string {
	const folder = mkdtempSync(join(tmpdir(), 'confab-bench-'));
	cpSync(path, folder, { recursive: true });
	const file = join(folder, 'metadata.json');
	const metadata = v.parse(
		v.record(v.string(), v.unknown()),
		JSON.parse(readFileSync(file, 'utf8')),
	);
	writeFileSync(file, JSON.stringify(Object.fromEntries(Object.entries(metadata).slice(0, count))));
	return folder;
}

/** Runs sessions one after the other in one browser and its store. */
async function timed(
	runs: readonly { path: string; settings: object }[],
	log: (line: string) => void,
): Promise<readonly Timed[]> {
	const app = await openHeadless(() => undefined);
	const times: Timed[] = [];
	try {
		for (const { path, settings } of runs) {
			const started = performance.now();
			const outcome = await app.run(path, settings, false);
			const seconds = (performance.now() - started) / 1000;
			const failed = outcome.sessions.find(({ ok }) => !ok);
			const reason = failed?.reason ?? outcome.problems[0]?.message;
			if (reason !== undefined) throw new Error(reason);
			log(`${seconds.toFixed(0)} s`);
			times.push({ seconds, peakBytes: outcome.peakBytes });
		}
	} finally {
		await app.close();
	}
	return times;
}

/** A whole session through the built app: cold, again from the store, in the baseline's modes. */
export const bench: Bench = {
	title: `A session of ${durationSeconds} s with 4 speakers`,
	missing: () => (hasShared ? null : 'the recordings are not here'),
	async run({ log }) {
		const path = sharedPath(name);
		const baseline = { speechActivity: 'baseline', conversations: 'baseline' };
		const length = { name: 'the recording', value: durationSeconds, unit: 's' };
		log('default modes, cold and again');
		const [cold, again] = await timed(
			[
				{ path, settings: {} },
				{ path, settings: {} },
			],
			log,
		);
		log('the baseline’s modes, cold');
		const [plain] = await timed([{ path, settings: baseline }], log);
		log('two of its four speakers, cold');
		const half = withSpeakers(path, 2);
		const [fewer] = await timed([{ path: half, settings: {} }], log).finally(() => {
			rmSync(half, { recursive: true });
		});
		if (!cold || !again || !plain || !fewer) throw new Error('a run is missing');
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
			{
				what: 'Four speakers against two',
				measured: { name: 'four', value: cold.seconds, unit: 's' },
				against: { name: 'two', value: fewer.seconds, unit: 's' },
				target: { atMost: 2.2 },
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
