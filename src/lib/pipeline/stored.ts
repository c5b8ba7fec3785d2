import * as v from 'valibot';
import type { ActivityScores } from '../domain/activity.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { stageIds } from '../domain/job.ts';
import type { VoicePrints } from './stages.ts';
import { unknownWork, type Kept } from './work-notes.ts';

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

const problems = v.array(
	v.object({ file: v.string(), field: v.exactOptional(v.string()), message: v.string() }),
);

const kept = v.object({
	value: v.unknown(),
	work: v.object({
		problems,
		decoding: problems,
		models: v.array(
			v.object({
				id: v.string(),
				provider: v.picklist(['webgpu', 'wasm']),
				precision: v.string(),
				note: v.exactOptional(v.string()),
			}),
		),
		seconds: v.object(v.entriesFromList(stageIds, v.exactOptional(v.number()))),
	}),
});

/** Reads a result with what is recorded of its work; those of before that was recorded have none. */
export function parseKept<T>(stored: unknown, parse: Parse<T>): Kept<T> | null {
	const parsed = v.safeParse(kept, stored);
	const value = parse(parsed.success ? parsed.output.value : stored);
	if (value === null) return null;
	return { value, work: parsed.success ? parsed.output.work : unknownWork };
}

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
