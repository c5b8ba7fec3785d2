import type { TimeRange } from '../domain/time-range.ts';
import { cellsOf, joinedTurns } from './speaker-turns.ts';
import type { SpeakerTurns } from './speaker-turns.ts';

/**
 * The same turns with one person at a time: where several talk, the one who began last, and of those
 * who began together the first by name. So a short word into somebody's speech stays, and the
 * other continues after it.
 */
export function exclusiveTurns(turns: SpeakerTurns): SpeakerTurns {
	const joined = joinedTurns(turns, null);
	const exclusive = new Map([...joined.keys()].map((name) => [name, [] as TimeRange[]]));
	const began = new Map<string, number>();
	let before: ReadonlySet<string> = new Set();
	let until = 0;
	for (const { startSeconds, endSeconds, active } of cellsOf([joined])) {
		const talking = active[0]!;
		for (const name of talking) {
			if (!before.has(name) || startSeconds > until) began.set(name, startSeconds);
		}
		before = new Set(talking);
		until = endSeconds;
		const [last] = [...talking].sort(
			(a, b) => (began.get(b) ?? 0) - (began.get(a) ?? 0) || (a < b ? -1 : 1),
		);
		exclusive.get(last ?? '')?.push({ startSeconds, endSeconds });
	}
	return joinedTurns(exclusive, null);
}
