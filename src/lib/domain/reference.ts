import type { Labels } from './session.ts';

/**
 * A reference by the ids of found people.
 *
 * @param mapping name in the reference by person, one to one. Whoever was not found keeps the reference's own name;
 *   where that is the id of somebody who goes by another name there, it is left out.
 */
export function referenceOf(labels: Labels, mapping: ReadonlyMap<string, string>): Labels {
	const idOf = new Map([...mapping].map(([id, name]) => [name, id]));
	const byId = <T>(values: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
		new Map(
			[...values].flatMap(([name, value]) => {
				const id = idOf.get(name) ?? (mapping.has(name) ? null : name);
				return id === null ? [] : [[id, value] as const];
			}),
		);
	const { conversations, transcripts, turns } = labels;
	return {
		conversations: conversations && byId(conversations),
		transcripts: byId(transcripts),
		...(turns && { turns: byId(turns) }),
	};
}
