import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { inProject } from '../scripts/lib/command.mjs';

const from = v.union([v.string(), v.array(v.string())]);
const partsSchema = v.record(v.string(), v.object({ from }));

const catalogueSchema = v.object({
	files: v.array(
		v.object({
			id: v.string(),
			npm: v.optional(v.string()),
			committed: v.optional(v.string()),
		}),
	),
	models: v.array(
		v.object({
			id: v.string(),
			feature: v.string(),
			parts: partsSchema,
			standIn: v.optional(v.object({ parts: partsSchema })),
			standsInFor: v.optional(v.string()),
			alsoFor: v.optional(v.array(v.string())),
		}),
	),
});

const { files, models } = v.parse(
	catalogueSchema,
	JSON.parse(readFileSync(inProject('models/catalogue.json'), 'utf8')),
);

/** Files that come with the project or in a package of npm's registry. */
const reached = new Set(
	files
		.filter(({ npm, committed }) => npm !== undefined || committed !== undefined)
		.map(({ id }) => id),
);

function isReached(parts: v.InferOutput<typeof partsSchema>): boolean {
	return Object.values(parts).every((part) => [part.from].flat().every((id) => reached.has(id)));
}

/** Every model of the catalogue. */
export const catalogueModels = models;

/** Ids of the models, or their stand-ins, that a machine has which reaches the npm registry alone. */
export const npmModels: ReadonlySet<string> = new Set(
	models
		.filter(({ parts, standIn }) => isReached(parts) || (standIn && isReached(standIn.parts)))
		.map(({ id }) => id),
);
