import * as v from 'valibot';

/** `people.json`: who was found in a recording. `static/schema/` describes the same for others. */
export const peopleSchema = v.object({
	/** In the order in which they are first heard. */
	people: v.array(
		v.object({
			/** As in the RTTM, the captions and the report. */
			id: v.string(),
			/** By what they were found. */
			kind: v.picklist(['voice', 'face', 'both']),
			/** How long they talk. */
			spokenSeconds: v.number(),
			/** How long their face is in the picture; 0 for one who was found by voice alone. */
			seenSeconds: v.number(),
			/** How surely all of it is one person, and no other's, 0 to 1; null for one whom somebody put together. */
			confidence: v.nullable(v.number()),
		}),
	),
	/** From how few to how many people the run holds there to be. */
	count: v.tuple([v.number(), v.number()]),
	/** Stretches without a cut, from start to end in seconds; left out where the picture was not looked at. */
	shots: v.exactOptional(v.array(v.tuple([v.number(), v.number()]))),
});

export type PeopleFile = v.InferOutput<typeof peopleSchema>;
