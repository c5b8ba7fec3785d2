import { readSessions, type DroppedFile } from '../../src/lib/formats/index.ts';
import { archiveOfMany } from '../fixtures/archive.ts';
import { droppedFile, fixtureSession, fixtureSpeakers } from '../fixtures/session.ts';
import type { Bench, BenchRow } from './row.ts';

/** A session among so many files that are none of its own. */
function session(litter: number): DroppedFile[] {
	return [
		...Array.from({ length: litter }, (_, index) =>
			droppedFile(`set/session_01/frames/${index}.png`, 'x'),
		),
		...fixtureSession({ name: 'set/session_01', speakers: fixtureSpeakers(8) }),
	];
}

/** Milliseconds of processor time to read a drop, the least of three. */
async function processorMilliseconds(files: readonly DroppedFile[]): Promise<number> {
	const times: number[] = [];
	for (let run = 0; run < 3; run++) {
		const started = process.cpuUsage();
		const { sessions } = await readSessions(files);
		const { user, system } = process.cpuUsage(started);
		if (sessions.length !== 1) throw new Error('the session was not found');
		times.push((user + system) / 1000);
	}
	return Math.min(...times);
}

/** What ten times as many files cost: ten times as much, were all of it the files. */
export const bench: Bench = {
	title: 'Reading a drop of 10,000 files',
	missing: () => null,
	async run({ log }) {
		const rows: BenchRow[] = [];
		for (const [what, wrap] of [
			['10,000 files in a folder', (files: DroppedFile[]) => Promise.resolve(files)],
			[
				'10,000 files in an archive',
				async (files: DroppedFile[]) => [await archiveOfMany('many.zip', files)],
			],
		] as const) {
			log(what);
			const few = await processorMilliseconds(await wrap(session(1000)));
			const many = await processorMilliseconds(await wrap(session(10_000)));
			rows.push({
				what,
				measured: { name: '10,000', value: many, unit: 'ms' },
				against: { name: '1,000', value: few, unit: 'ms' },
				target: { atMost: 12 },
			});
		}
		return rows;
	},
};
