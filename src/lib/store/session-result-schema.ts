import * as v from 'valibot';
import { detectLanguage } from '../domain/languages.ts';
import type { SessionResult } from '../domain/result.ts';
import { detectors } from '../domain/settings.ts';
import type { Problem } from '../support/errors.ts';

const text = v.string();
const real = v.number();
const range = { startSeconds: real, endSeconds: real };
const floats = v.instance(Float32Array);

/** With `exactOptionalPropertyTypes`, a key that was absent must stay absent. */
const problem: v.GenericSchema<unknown, Problem> = v.pipe(
	v.object({ file: text, field: v.optional(text), message: text }),
	v.transform(({ file, field, message }) =>
		field === undefined ? { file, message } : { file, field, message },
	),
);

const modelUse = v.pipe(
	v.object({
		id: text,
		provider: v.picklist(['webgpu', 'wasm']),
		precision: text,
		note: v.optional(text),
	}),
	v.transform(({ note, ...use }) => (note === undefined ? use : { ...use, note })),
);

const scores = {
	wer: v.nullable(real),
	f1: v.nullable(real),
	joint: v.nullable(real),
};

const segment = v.object({ ...range, speakerId: text, trackId: text, meanProbability: real });

const cue = v.object({
	...range,
	text,
	confidence: real,
	words: v.array(v.object({ ...range, text, confidence: real })),
});

const schema: v.GenericSchema<unknown, SessionResult> = v.object({
	sessionId: text,
	sessionName: text,
	durationSeconds: real,
	settings: v.object({
		speechActivity: v.picklist(['calibrated', 'baseline']),
		conversations: v.picklist(['confab', 'baseline']),
		recogniser: text,
		// Results of earlier versions, which knew no other.
		detector: v.optional(v.picklist(detectors), 'light-asd'),
		decoding: v.optional(v.picklist(['beam', 'greedy']), 'beam'),
		language: v.optional(text, detectLanguage),
		audioScale: v.picklist(['int16', 'unit']),
		recompute: v.boolean(),
	}),
	speakers: v.array(
		v.object({
			speakerId: text,
			uem: v.nullable(v.object(range)),
			activity: v.object({ speakerId: text, frameStart: real, probabilities: floats }),
			segments: v.array(segment),
			transcript: v.object({ speakerId: text, cues: v.array(cue) }),
		}),
	),
	conversations: v.object({
		clusters: v.map(text, real),
		evidence: v.array(
			v.object({
				a: text,
				b: text,
				logLikelihoodRatio: real,
				overlapFraction: real,
				turnsPerMinute: real,
				correlation: real,
			}),
		),
		confidence: v.nullable(real),
	}),
	scores: v.nullable(
		v.object({
			...scores,
			perSpeaker: v.map(text, v.object(scores)),
			problems: v.array(problem),
		}),
	),
	report: v.object({
		stages: v.record(text, real),
		fromStore: v.array(text),
		models: v.array(modelUse),
		seconds: real,
	}),
	problems: v.array(problem),
});

/** A stored outcome, or null when it is not of the present form. */
export function parseSessionResult(value: unknown): SessionResult | null {
	const parsed = v.safeParse(schema, value);
	return parsed.success ? parsed.output : null;
}
