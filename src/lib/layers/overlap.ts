import type { LayerSpan } from '../domain/layer.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { spanLayer, type SpanKind } from './layer-kind.ts';

/** Stretches that are not further apart are one turn: a frame of 25 Hz. */
const sameTurnSeconds = 0.04;

/**
 * Where somebody begins to talk while others of the conversation do, until they stop or those others have. As
 * in Heldner and Edlund 2010, "Pauses, gaps and overlaps in conversations": between speakers where the floor
 * goes to who began last, within a speaker where it stays.
 */
export const overlap: SpanKind = {
	id: 'overlap',
	shape: 'spans',
	title: 'Overlaps',
	row: 'Overlap',
	legend: 'Overlap: somebody begins to talk while others of the conversation do.',
	steps: [],
	tier: 'overlap',
	derive: ({ speakers, conversations }) => {
		const turns = new Map(speakers.map(({ id, segments }) => [id, turnsOf(segments)]));
		return conversations.flatMap(({ speakerIds }) =>
			speakerIds.map((id) => {
				const own = turns.get(id) ?? [];
				const others = speakerIds
					.filter((other) => other !== id)
					.map((other) => ({
						turns: turns.get(other) ?? [],
						isBefore: isBefore(speakerIds, other, id),
					}));
				return spanLayer(
					overlap,
					id,
					own.flatMap((turn) => spanOf(turn, others) ?? []),
				);
			}),
		);
	},
};

interface Other {
	readonly turns: readonly TimeRange[];
	/** Whether of two who begin at once this one counts as the first. */
	readonly isBefore: boolean;
}

function isBefore(ids: readonly string[], a: string, b: string): boolean {
	return ids.indexOf(a) < ids.indexOf(b);
}

/** The overlap that a turn begins with, or null. */
function spanOf(turn: TimeRange, others: readonly Other[]): LayerSpan | null {
	const { startSeconds } = turn;
	let floorEnds = startSeconds;
	for (const { turns, isBefore: first } of others) {
		const last = turns.findLast((one) =>
			first ? one.startSeconds <= startSeconds : one.startSeconds < startSeconds,
		);
		floorEnds = Math.max(floorEnds, last?.endSeconds ?? 0);
	}
	const endSeconds = Math.min(turn.endSeconds, floorEnds);
	if (endSeconds <= startSeconds) return null;
	const text = turn.endSeconds > floorEnds ? 'between speakers' : 'within a speaker';
	return { startSeconds, endSeconds, text };
}

function turnsOf(segments: readonly TimeRange[]): readonly TimeRange[] {
	const turns: TimeRange[] = [];
	for (const { startSeconds, endSeconds } of segments.toSorted(
		(a, b) => a.startSeconds - b.startSeconds,
	)) {
		const last = turns.at(-1);
		if (last && startSeconds <= last.endSeconds + sameTurnSeconds) {
			turns[turns.length - 1] = { ...last, endSeconds: Math.max(last.endSeconds, endSeconds) };
		} else turns.push({ startSeconds, endSeconds });
	}
	return turns;
}
