import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { present } from '../../src/lib/support/assert.ts';
import { hasShared, sharedPath } from '../shared.ts';
import type { Bench, BenchRow } from './row.ts';
import { timedRuns, type Timed } from './timed-runs.ts';

/** A minute of a meeting, 16 bits at 16 kHz, which is said again and again. */
const minute = 'media/ami-minute/mixture.wav';
const headerBytes = 44;

const shortMinutes = 10;
const longMinutes = 60;

/** An hour of sound in a tab: within 1 GB, and in six times what ten minutes take. */
export const bench: Bench = {
	title: `${longMinutes} minutes of sound against ${shortMinutes}`,
	missing: () => (hasShared ? null : 'the recordings are not here'),
	async run({ log }) {
		log(`${shortMinutes} minutes`);
		const short = await timed(shortMinutes, log);
		log(`${longMinutes} minutes`);
		const long = await timed(longMinutes, log);
		const rows: BenchRow[] = [
			{
				what: `${longMinutes} minutes of sound, time`,
				measured: { name: 'run', value: long.seconds, unit: 's' },
				against: { name: `${shortMinutes} minutes`, value: short.seconds, unit: 's' },
				// Linear within 10 %.
				target: { atMost: (1.1 * longMinutes) / shortMinutes },
			},
		];
		if (long.peakBytes !== null) {
			rows.push({
				what: `${longMinutes} minutes of sound, memory of the tab`,
				measured: { name: 'peak', value: long.peakBytes / 1e6, unit: 'MB' },
				against: { name: 'budget', value: 1000, unit: 'MB' },
				target: { atMost: 1 },
			});
		}
		return rows;
	},
};

async function timed(minutes: number, log: (line: string) => void): Promise<Timed> {
	const folder = mkdtempSync(join(tmpdir(), 'confab-hour-'));
	try {
		const path = join(folder, 'meeting.wav');
		writeFileSync(path, repeated(readFileSync(sharedPath(minute)), minutes));
		return present((await timedRuns([{ path, settings: {} }], log))[0], 'the run');
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** A WAV file whose sound comes so many times. */
function repeated(wav: Buffer, times: number): Buffer {
	const sound = wav.subarray(headerBytes);
	const header = Buffer.from(wav.subarray(0, headerBytes));
	const bytes = times * sound.length;
	header.writeUInt32LE(headerBytes - 8 + bytes, 4);
	header.writeUInt32LE(bytes, headerBytes - 4);
	return Buffer.concat([header, ...Array.from({ length: times }, () => sound)]);
}
