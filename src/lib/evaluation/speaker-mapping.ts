import { leastCostAssignment } from '../signal/assignment.ts';
import { cellsOf } from './speaker-turns.ts';
import type { SpeakerTurns } from './speaker-turns.ts';

/** Seconds that two speakers talk at one time, by reference speaker, then hypothesis speaker; none where absent. */
export type SharedSeconds = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The time that each speaker of one side shares with each of the other; turns as of `joinedTurns`. */
export function sharedSeconds(reference: SpeakerTurns, hypothesis: SpeakerTurns): SharedSeconds {
	const shared = new Map([...reference.keys()].map((said) => [said, new Map<string, number>()]));
	for (const { startSeconds, endSeconds, active } of cellsOf([reference, hypothesis])) {
		for (const said of active[0]!) {
			const row = shared.get(said);
			for (const heard of active[1]!) {
				row?.set(heard, (row.get(heard) ?? 0) + endSeconds - startSeconds);
			}
		}
	}
	return shared;
}

/**
 * The reference speaker of each hypothesis speaker, one to one, with the least sum of costs. Pairs that
 * never talk at one time are left out.
 */
export function mappingOf(
	shared: SharedSeconds,
	hypothesis: SpeakerTurns,
	cost: (said: string, heard: string) => number,
): ReadonlyMap<string, string> {
	const references = [...shared.keys()];
	const hypotheses = [...hypothesis.keys()];
	const assigned = leastCostAssignment(references.length, hypotheses.length, (row, column) =>
		cost(references[row]!, hypotheses[column]!),
	);
	const mapping = new Map<string, string>();
	for (const [row, column] of assigned.entries()) {
		if (column === null) continue;
		const [said, heard] = [references[row]!, hypotheses[column]!];
		if ((shared.get(said)?.get(heard) ?? 0) > 0) mapping.set(heard, said);
	}
	return mapping;
}

/** The mapping by which speakers share the most time: that of the diarisation error rate. */
export function mappingByTime(
	shared: SharedSeconds,
	hypothesis: SpeakerTurns,
): ReadonlyMap<string, string> {
	return mappingOf(shared, hypothesis, (said, heard) => -(shared.get(said)?.get(heard) ?? 0));
}
