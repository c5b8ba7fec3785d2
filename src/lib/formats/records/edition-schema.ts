import * as v from 'valibot';
import type { Edition } from '../../domain/edition.ts';
import type { RecordForm, Schema } from './record-form.ts';

const text = v.string();
const count = v.pipe(
	v.number(),
	v.integer('expected a whole number'),
	v.minValue(0, 'expected 0 or more'),
);

/** What a person made of a run, as `form` lays it down. */
export function editionSchema({ object, real, map }: RecordForm): Schema<Edition> {
	const range = { startSeconds: real, endSeconds: real };
	const word = object({ ...range, text, confidence: real });
	return object({
		sessionId: text,
		runId: text,
		speakerNames: map(text, text),
		conversationNames: map(v.number(), text),
		clusters: map(text, v.number()),
		// Editions of earlier versions were of runs that were given their speakers.
		voices: v.optional(v.array(v.nullable(text)), []),
		cues: v.array(
			object({
				...range,
				id: text,
				speakerId: text,
				text,
				confidence: real,
				words: v.array(word),
				edited: v.boolean(),
			}),
		),
		nextCue: count,
	});
}
