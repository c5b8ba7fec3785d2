import * as v from 'valibot';
import type { ActivityScores } from '../domain/activity.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import type { VoicePrints } from './stages.ts';

/** Reads what an earlier run stored; null when it is not of this form. */
export type Parse<T> = (value: unknown) => T | null;

const floats = v.instance(Float32Array);

const scores = v.object({ frameStart: v.pipe(v.number(), v.integer()), scores: floats });

const prints = v.object({
	prints: v.array(floats),
	thresholds: v.object({
		sameVoiceCosine: v.number(),
		surelySameCosine: v.number(),
		differentVoicesCosine: v.number(),
	}),
});

const range = { startSeconds: v.number(), endSeconds: v.number(), text: v.string() };

const cues = v.array(
	v.object({
		...range,
		confidence: v.number(),
		words: v.array(v.object({ ...range, confidence: v.number() })),
	}),
);

function parser<T>(schema: v.GenericSchema<unknown, T>): Parse<T> {
	return (value) => {
		const parsed = v.safeParse(schema, value);
		return parsed.success ? parsed.output : null;
	};
}

export const parseFloats: Parse<Float32Array> = parser(floats);
export const parseStoredScores: Parse<ActivityScores> = parser(scores);
export const parsePrints: Parse<VoicePrints> = parser(prints);
export const parseCues: Parse<readonly RecognisedCue[]> = parser(cues);
