import { readFileSync } from 'node:fs';
import * as v from 'valibot';

/*
 * Scores of the shared sessions from an independent PyTorch implementation of Light-ASD and of the
 * multi-duration scheme, on frames and sound decoded by ffmpeg: tenths, by speaker.
 */

const schema = v.object({
	runs: v.array(
		v.object({
			audioScale: v.picklist(['int16', 'unit']),
			durationsSeconds: v.array(v.number()),
			tenths: v.record(v.string(), v.array(v.number())),
		}),
	),
});

export type GoldenRun = v.InferOutput<typeof schema>['runs'][number];

export function goldenRuns(session: string): GoldenRun[] {
	const file = new URL(`golden/light-asd/${session}.json`, import.meta.url);
	return v.parse(schema, JSON.parse(readFileSync(file, 'utf8'))).runs;
}
