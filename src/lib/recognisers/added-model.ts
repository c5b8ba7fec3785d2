import * as v from 'valibot';
import { avsrKinds } from './avsr/manifest.ts';

/** Precisions of the graphs on the hub, by the names they have in its file names. */
export const hubPrecisions = ['fp32', 'fp16', 'q8', 'q4', 'q4f16'] as const;

export type HubPrecision = (typeof hubPrecisions)[number];

const aboutSchema = v.variant('family', [
	v.object({
		family: v.literal('avsr-cocktail'),
		/** Id of the offer that it was added for: what a run asks for. */
		offer: v.string(),
		/** `manifest-<kind>.json` and all that it names are among the model's files. */
		kind: v.picklist(avsrKinds),
	}),
	v.object({
		family: v.literal('whisper'),
		offer: v.string(),
		/** Where it is from, or null for a folder that a person has added. */
		hub: v.nullable(v.object({ repository: v.string(), commit: v.string() })),
		encoder: v.picklist(hubPrecisions),
		decoder: v.picklist(hubPrecisions),
	}),
	v.object({
		/** Networks of one graph, with a job of their own beside recognition. */
		family: v.picklist(['wespeaker', 'segmentation']),
		offer: v.string(),
		hub: v.nullable(v.object({ repository: v.string(), commit: v.string() })),
		/** The one graph among the model's files. */
		graph: v.string(),
	}),
]);

/** What the shelf keeps in `about` of a model that a person has added. */
export type AddedModel = v.InferOutput<typeof aboutSchema>;

/** What the shelf's entry says of a model, or null for what this version does not know. */
export function parseAddedModel(about: unknown): AddedModel | null {
	const parsed = v.safeParse(aboutSchema, about);
	return parsed.success ? parsed.output : null;
}
