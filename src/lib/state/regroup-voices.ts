import type { FoundPeople, PeopleCount } from '../domain/people.ts';
import type { SpeakerResult } from '../domain/result.ts';
import { loudest } from '../editing/speakers-of.ts';

/** Another grouping of the pieces of a run. */
export interface Regrouping {
	/** Number of each piece's group; null for nobody's. */
	readonly groups: readonly (number | null)[];
	/** How surely each group is one person, 0 to 1. */
	readonly confidences: ReadonlyMap<number, number>;
}

/**
 * Groups voices by what is stored of them, without their sound; the code for it is loaded then.
 *
 * @param speakers those of the run
 * @param count how many people there are to be; null for as many as the voices say
 */
export async function regroupVoices(
	{ pieces, voiceModel }: FoundPeople,
	speakers: readonly SpeakerResult[],
	count: PeopleCount | null,
): Promise<Regrouping> {
	const { recluster } = await import('../people/recluster.ts');
	// The page shows that it has begun.
	await new Promise((resolve) => setTimeout(resolve, 0));
	const found = recluster(
		{
			pieces: pieces.map(({ personId: _, overlapped, ...piece }) => ({
				...piece,
				...{ solo: overlapped !== true, voice: null },
			})),
			speech: loudest(speakers),
			embedder: voiceModel,
		},
		{ count: count && { min: count.least, max: count.most } },
	);
	return {
		groups: found.pieces.map(({ voice }) => voice),
		confidences: new Map(found.voices.map(({ id, confidence }) => [id, confidence])),
	};
}

/** The confidences by person, once the groups have their people. */
export function confidencesByPerson(
	{ groups, confidences }: Regrouping,
	voices: readonly (string | null)[],
): ReadonlyMap<string, number> {
	return new Map(
		voices.flatMap((id, i) => {
			const group = groups[i] ?? null;
			const confidence = group === null ? undefined : confidences.get(group);
			return id === null || confidence === undefined ? [] : [[id, confidence] as const];
		}),
	);
}
