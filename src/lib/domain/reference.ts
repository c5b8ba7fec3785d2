import type { SessionResult } from './result.ts';
import type { Labels } from './session.ts';

/**
 * Labels as the reference of a result. Where people were found, those whom the reference means go by the ids
 * of the people; whoever was not found keeps the reference's own name.
 */
export function referenceOf(
	labels: Labels | null,
	{ diarisation }: Pick<SessionResult, 'diarisation'>,
): Labels | null {
	if (!labels || !diarisation) return labels;
	const idOf = new Map([...diarisation.mapping].map(([id, name]) => [name, id]));
	const byId = <T>(values: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
		new Map([...values].map(([name, value]) => [idOf.get(name) ?? name, value]));
	const { conversations, transcripts, turns } = labels;
	return {
		conversations: conversations && byId(conversations),
		transcripts: byId(transcripts),
		...(turns && { turns: byId(turns) }),
	};
}
