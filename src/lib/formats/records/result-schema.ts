import * as v from 'valibot';
import { detectLanguage } from '../../domain/languages.ts';
import type { DiarisationScores } from '../../domain/diarisation.ts';
import type { FoundPeople, PeopleCount, PeopleDoubt } from '../../domain/people.ts';
import type { SessionResult } from '../../domain/result.ts';
import { runIdOf } from '../../domain/run-id.ts';
import { detectors, type RunSettings } from '../../domain/settings.ts';
import type { Problem } from '../../support/errors.ts';
import { layersSchema } from './layers-schema.ts';
import type { RecordForm, Schema } from './record-form.ts';

const text = v.string();

/** With `exactOptionalPropertyTypes`, a key that was absent must stay absent. */
function problemSchema({ object }: RecordForm): Schema<Problem> {
	return v.pipe(
		object({ file: text, field: v.optional(text), message: text }),
		v.transform(({ file, field, message }) =>
			field === undefined ? { file, message } : { file, field, message },
		),
	);
}

/** The settings of a run. */
export function settingsSchema({ object }: RecordForm): Schema<RunSettings> {
	return object({
		speechActivity: v.picklist(['calibrated', 'baseline']),
		conversations: v.picklist(['confab', 'baseline']),
		recogniser: text,
		// Results of earlier versions, which knew no other.
		detector: v.optional(v.picklist(detectors), 'light-asd'),
		decoding: v.optional(v.picklist(['beam', 'greedy']), 'beam'),
		language: v.optional(text, detectLanguage),
		audioScale: v.picklist(['int16', 'unit']),
		recompute: v.boolean(),
		people: v.optional(v.nullable(countSchema({ object })), null),
	});
}

function countSchema({ object }: Pick<RecordForm, 'object'>): Schema<PeopleCount> {
	return object({ least: v.number(), most: v.number() });
}

function doubtSchema({ object, real }: Pick<RecordForm, 'object' | 'real'>): Schema<PeopleDoubt> {
	return v.union([
		object({
			code: v.picklist(['no-speech', 'voices-unknown', 'count-open', 'overlap-unheard']),
		}),
		object({ code: v.literal('little-speech'), seconds: real }),
		object({ code: v.literal('minor-voice'), personId: text }),
	]);
}

/** How well people were found, as `form` lays it down. */
function diarisationSchema(form: RecordForm): Schema<DiarisationScores> {
	const { object, real, map } = form;
	const rate = v.nullable(real);
	const der = object({
		...{ referenceSeconds: real, missedSeconds: real, falseAlarmSeconds: real },
		...{ confusedSeconds: real, rate },
	});
	const counts = { substitutions: real, deletions: real, insertions: real, referenceWords: real };
	return object({
		der: v.nullable(object({ full: der, fair: der, forgiving: der })),
		jer: object({ jaccard: rate, time: rate }),
		cpWer: v.nullable(object({ rate, errors: object(counts) })),
		speakerCountError: rate,
		mapping: map(text, text),
		turnsFrom: v.nullable(v.picklist(['turns', 'cues'])),
		problems: v.array(problemSchema(form)),
	});
}

/** Who was found, and by what. */
function peopleSchema({ object, real, floats }: RecordForm): Schema<FoundPeople> {
	const range = { startSeconds: real, endSeconds: real };
	return object({
		people: v.array(
			object({
				id: text,
				kind: v.picklist(['voice', 'face', 'both']),
				confidence: real,
				sample: v.nullable(object(range)),
				faces: v.exactOptional(v.array(object({ firstFrame: real, corners: floats }))),
			}),
		),
		count: countSchema({ object }),
		pieces: v.array(
			object({
				...{ ...range, personId: v.nullable(text), embedding: v.nullable(floats) },
				channel: v.exactOptional(v.number()),
				turn: v.exactOptional(v.number()),
				overlapped: v.exactOptional(v.boolean()),
			}),
		),
		voiceModel: v.nullable(text),
		doubts: v.array(doubtSchema({ object, real })),
		shots: v.exactOptional(v.array(object(range))),
	});
}

/** A whole result, as `form` lays it down. */
export function resultSchema(form: RecordForm): Schema<SessionResult> {
	const { object, real, floats, map } = form;
	const range = { startSeconds: real, endSeconds: real };
	const problem = problemSchema(form);
	const scores = { wer: v.nullable(real), f1: v.nullable(real), joint: v.nullable(real) };
	const modelUse = v.pipe(
		object({
			id: text,
			provider: v.picklist(['webgpu', 'wasm']),
			precision: text,
			note: v.optional(text),
		}),
		v.transform(({ note, ...use }) => (note === undefined ? use : { ...use, note })),
	);
	const segment = object({ ...range, speakerId: text, trackId: text, meanProbability: real });
	const word = object({ ...range, text, confidence: real });
	const cue = object({ ...range, text, confidence: real, words: v.array(word) });
	const stored = object({
		sessionId: text,
		runId: v.optional(text),
		sessionName: text,
		durationSeconds: real,
		settings: settingsSchema(form),
		speakers: v.array(
			object({
				speakerId: text,
				uem: v.nullable(object(range)),
				activity: object({ speakerId: text, frameStart: real, probabilities: floats }),
				segments: v.array(segment),
				transcript: object({ speakerId: text, cues: v.array(cue) }),
			}),
		),
		// Results of earlier versions knew their speakers from metadata.
		people: v.optional(v.nullable(peopleSchema(form)), null),
		conversations: object({
			clusters: map(text, real),
			evidence: v.array(
				object({
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
			object({ ...scores, perSpeaker: map(text, object(scores)), problems: v.array(problem) }),
		),
		diarisation: v.optional(v.nullable(diarisationSchema(form)), null),
		// Earlier versions measured nothing beside.
		layers: v.optional(layersSchema(form), []),
		report: object({
			stages: v.record(text, real),
			fromStore: v.array(text),
			models: v.array(modelUse),
			seconds: real,
		}),
		problems: v.array(problem),
	});
	// Earlier versions stored no id: it was that of the settings.
	return v.pipe(
		stored,
		v.transform((result) => ({ ...result, runId: result.runId ?? runIdOf(result.settings) })),
	);
}
