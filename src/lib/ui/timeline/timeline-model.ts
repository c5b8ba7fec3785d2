import type { Segment, SpeechActivity } from '../../domain/activity.ts';
import type { EditedCue } from '../../domain/edition.ts';
import type { Labels } from '../../domain/session.ts';
import type { DocumentSpeaker, StudioDocument } from '../../domain/studio-document.ts';
import { durationOf } from '../../domain/time-range.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { Cue } from '../../domain/transcript.ts';
import { activitySeries, overlapOf } from './series.ts';
import type { Overlap, Series } from './series.ts';
import { SpanIndex } from './span-index.ts';

/** What the timeline shows of one speaker. */
export interface Lane {
	readonly id: string;
	readonly name: string;
	readonly conversation: number | null;
	readonly uem: TimeRange | null;
	readonly segments: SpanIndex<Segment>;
	readonly cues: SpanIndex<EditedCue>;
	/** What people wrote down; null where they did not. */
	readonly labels: SpanIndex<Cue> | null;
	readonly activity: SpeechActivity;
	/** Seconds of talk. */
	readonly talkSeconds: number;
	readonly wordCount: number;
}

/** The lanes of one conversation. */
export interface LaneGroup {
	/** Null for speakers that no conversation was found for. */
	readonly conversation: number | null;
	readonly name: string;
	readonly lanes: readonly Lane[];
	/** How many of them talk at once. */
	readonly overlap: Overlap;
}

/** What the timeline shows of a session. */
export interface TimelineModel {
	readonly durationSeconds: number;
	/** In the order of their numbers; speakers in the order of the session. */
	readonly groups: readonly LaneGroup[];
	readonly lanes: readonly Lane[];
	/** How many talk at once, whatever their conversation. */
	readonly overlap: Overlap;
	readonly hasLabels: boolean;
}

/**
 * Makes models of one run's document as it is edited. What a run found stays as it is through all edits,
 * so what takes long to make of it is made once.
 */
export class TimelineModels {
	readonly #segments = new WeakMap<readonly Segment[], SpanIndex<Segment>>();
	readonly #labels = new WeakMap<readonly TimeRange[], SpanIndex<Cue>>();
	readonly #curves = new WeakMap<SpeechActivity, Series>();
	/** By the people it is of. */
	readonly #overlaps = new Map<string, Overlap>();

	/** @param reference what people wrote down, or null */
	modelOf(document: StudioDocument, reference: Labels | null): TimelineModel {
		const lanes = document.speakers.map((speaker) => this.#laneOf(speaker, reference));
		const { durationSeconds } = document;
		const groupOf = (conversation: number | null, name: string): LaneGroup => {
			const own = lanes.filter((lane) => lane.conversation === conversation);
			return { conversation, name, lanes: own, overlap: this.#overlapOf(own, durationSeconds) };
		};
		const groups = document.conversations.map(({ number, name }) => groupOf(number, name));
		const alone = groupOf(null, 'No conversation');
		const all = alone.lanes.length > 0 ? [...groups, alone] : groups;
		return {
			durationSeconds,
			groups: all,
			lanes: all.flatMap((group) => group.lanes),
			overlap: this.#overlapOf(lanes, durationSeconds),
			hasLabels: lanes.some(({ labels }) => labels !== null),
		};
	}

	/** How likely the speaker of a lane talks. */
	activityOf({ activity }: Lane): Series {
		return kept(this.#curves, activity, activitySeries);
	}

	#laneOf(speaker: DocumentSpeaker, reference: Labels | null): Lane {
		const { id, name, conversation, uem, activity, segments, cues } = speaker;
		const labels = reference?.transcripts.get(id) ?? reference?.turns?.get(id);
		return {
			id,
			name,
			conversation,
			uem,
			activity,
			segments: kept(this.#segments, segments, (spans) => new SpanIndex(spans)),
			cues: new SpanIndex(cues),
			labels: labels ? kept(this.#labels, labels, labelIndex) : null,
			talkSeconds: segments.reduce((sum, segment) => sum + durationOf(segment), 0),
			wordCount: cues.reduce((sum, { text }) => sum + (text.match(/\S+/gu)?.length ?? 0), 0),
		};
	}

	#overlapOf(lanes: readonly Lane[], durationSeconds: number): Overlap {
		const key = JSON.stringify(lanes.map(({ id }) => id));
		const overlap =
			this.#overlaps.get(key) ??
			overlapOf(
				lanes.map(({ segments }) => segments.spans),
				durationSeconds,
			);
		this.#overlaps.set(key, overlap);
		return overlap;
	}
}

/** Labels as they are drawn; those that say when somebody talks, and not what, have no text. */
function labelIndex(labels: readonly (Cue | TimeRange)[]): SpanIndex<Cue> {
	return new SpanIndex(labels.map((label) => ('text' in label ? label : { ...label, text: '' })));
}

/** What was made of a thing before, else what is made of it now. */
function kept<K extends object, V>(made: WeakMap<K, V>, key: K, make: (key: K) => V): V {
	const value = made.get(key) ?? make(key);
	made.set(key, value);
	return value;
}
