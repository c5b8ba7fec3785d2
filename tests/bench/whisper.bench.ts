import * as v from 'valibot';
import type { Bench, BenchRow, Measurement } from './row.ts';

const outcomeSchema = v.object({
	load: v.number(),
	features: v.number(),
	encoderFirst: v.number(),
	encoderWarm: v.number(),
	promptFirst: v.number(),
	stepWarm: v.number(),
	bytes: v.number(),
	fileBytes: v.number(),
});

/** Seconds of a chunk, all of which is encoded, and tokens that are read in it: 100 words. */
const chunkSeconds = 30;
const tokens = 100;

/**
 * How fast Whisper is. Its weights are random: the speed of the sizes is measured, not what they
 * recognise.
 */
export const bench: Bench = {
	title: 'Whisper on WebAssembly, 8 bits, random weights: speed, not recognition',
	missing: () => null,
	async run({ page, log }) {
		const rows: BenchRow[] = [];
		for (const size of ['tiny', 'base', 'small', 'medium', 'turbo'] as const) {
			const times = v.parse(
				outcomeSchema,
				await page.call('tests/bench/whisper.page.ts', { size, tokens }),
			);
			const { load, features, encoderFirst, encoderWarm, promptFirst, stepWarm } = times;
			log(`${size}: ${JSON.stringify(times)}`);
			const chunk = features + encoderWarm + tokens * stepWarm;
			const seconds = (name: string, value: number): Measurement => ({ name, value, unit: 's' });
			const megabytes = (name: string, bytes: number): Measurement => {
				return { name, value: bytes / 1e6, unit: 'MB' };
			};
			rows.push(
				{
					what: `Whisper ${size}, a second of speech`,
					measured: seconds('30 s with 100 tokens, for each', chunk / chunkSeconds),
					against: seconds('the recording', 1),
				},
				{
					what: `Whisper ${size}, encoder`,
					measured: seconds('30 s, the first time', encoderFirst),
					against: seconds('afterwards', encoderWarm),
				},
				{
					what: `Whisper ${size}, decoder`,
					measured: seconds('first step', promptFirst),
					against: seconds('a step afterwards', stepWarm),
				},
				{
					what: `Whisper ${size}, features`,
					measured: seconds('30 s', features),
					against: seconds('its encoder', encoderWarm),
				},
				{
					what: `Whisper ${size}, loading`,
					measured: seconds('from disk', load),
					against: seconds('30 s with 100 tokens', chunk),
				},
				{
					what: `Whisper ${size}, memory`,
					measured: megabytes('WebAssembly', times.bytes),
					against: megabytes('its files', times.fileBytes),
				},
			);
		}
		return rows;
	},
};
