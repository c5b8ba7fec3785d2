import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const schema = v.object({
	/** Silero VAD on the session's sound, by frame. */
	voicePercent: v.array(v.number()),
	/** Tenths, by speaker. */
	runs: v.array(
		v.object({
			audioScale: v.picklist(['int16', 'unit']),
			durationsSeconds: v.array(v.number()),
			tenths: v.record(v.string(), v.array(v.number())),
		}),
	),
});

export type GoldenScores = v.InferOutput<typeof schema>;

/**
 * Scores of a shared session from an independent PyTorch implementation of Light-ASD and of the
 * multi-duration scheme, on frames and sound decoded by ffmpeg.
 */
export function goldenScores(session: string): GoldenScores {
	const file = new URL(`golden/light-asd/${session}.json`, import.meta.url);
	return v.parse(schema, JSON.parse(readFileSync(file, 'utf8')));
}
