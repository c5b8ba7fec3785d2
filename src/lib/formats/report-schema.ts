import * as v from 'valibot';
import { detectors } from '../domain/settings.ts';

const fraction = v.nullable(v.number());
const seconds = v.number();

const scores = v.object({
	/** Word error rate; may exceed 1. Null where it cannot be known. */
	wer: fraction,
	f1: fraction,
	/** 0.5 * WER + 0.5 * (1 - F1). */
	joint: fraction,
});

const problem = v.object({
	file: v.string(),
	field: v.optional(v.string()),
	message: v.string(),
});

/** `report.json`: what is known about a run beside its transcripts. Fractions, never per cent. */
export const reportSchema = v.object({
	sessionName: v.string(),
	/** Whether a person changed words, times or conversations; the stages and pairs stay the run's. */
	edited: v.boolean(),
	settings: v.object({
		speechActivity: v.picklist(['calibrated', 'baseline']),
		conversations: v.picklist(['confab', 'baseline']),
		recogniser: v.string(),
		detector: v.picklist(detectors),
		decoding: v.picklist(['beam', 'greedy']),
		/** A code, or `detect`. */
		language: v.string(),
		audioScale: v.picklist(['int16', 'unit']),
		recompute: v.boolean(),
		/** How many people were asked for; null where that was to be found out. */
		people: v.nullable(v.object({ least: v.number(), most: v.number() })),
	}),
	/** Wall-clock seconds by stage. */
	stages: v.record(v.string(), seconds),
	/** What each model ran on, by its id. */
	models: v.record(
		v.string(),
		v.object({
			provider: v.picklist(['webgpu', 'wasm']),
			precision: v.string(),
			note: v.optional(v.string()),
		}),
	),
	/** Peak bytes; null but from the headless runner, for a page cannot tell what its workers hold. */
	memory: v.nullable(v.number()),
	speakers: v.record(
		v.string(),
		v.object({
			/** Start and end in seconds of the central video, mean probability of speech. */
			segments: v.array(v.tuple([seconds, seconds, v.number()])),
		}),
	),
	conversations: v.object({
		/** Conversation by speaker, as in `speaker_to_cluster.json`. */
		clusters: v.record(v.string(), v.number()),
		/** Posterior of the partition. */
		confidence: v.nullable(v.number()),
		pairs: v.array(
			v.object({
				speakers: v.tuple([v.string(), v.string()]),
				logLikelihoodRatio: v.number(),
				overlapFraction: v.number(),
				turnsPerMinute: v.number(),
				correlation: v.number(),
			}),
		),
	}),
	/** Null where there are no labels. */
	scores: v.nullable(
		v.object({
			...scores.entries,
			perSpeaker: v.record(v.string(), scores),
			problems: v.array(problem),
		}),
	),
	/*
	 * Only of people who were found, and where a reference lies beside the recording; null where the reference
	 * does not say enough.
	 */
	/** Diarisation error rates: all of it, 0.25 s off at each bound, and without overlap as well; may exceed 1. */
	der: v.optional(v.object({ full: fraction, fair: fraction, forgiving: fraction })),
	/** Jaccard error rates: as dscore has it, and as pyannote.metrics has it. */
	jer: v.optional(v.object({ jaccard: fraction, time: fraction })),
	/** Word error rate of the best pairing of people with reference speakers. */
	cpwer: v.optional(fraction),
	/** People found less people there are. */
	speakerCountError: v.optional(fraction),
	/** Reference speaker by found person. */
	mapping: v.optional(v.record(v.string(), v.string())),
	problems: v.array(problem),
});

export type SessionReport = v.InferOutput<typeof reportSchema>;
