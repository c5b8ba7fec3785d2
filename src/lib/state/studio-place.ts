import type { TimeRange } from '../domain/time-range.ts';

/** What is open below the timeline. */
export const studioTabs = [
	'transcript',
	'people',
	'conversations',
	'compare',
	'export',
	'about',
] as const;

export type StudioTab = (typeof studioTabs)[number];

/** Where one is in a result; all of it stands in the address. */
export interface StudioPlace {
	readonly tab: StudioTab;
	/** The run that is shown; null for the latest. */
	readonly runId: string | null;
	/** The run that it is compared with. */
	readonly againstRunId: string | null;
	/** Position in the recording; null before one was chosen. */
	readonly seconds: number | null;
	readonly speakerId: string | null;
	/** What the timeline shows; null for all of it. */
	readonly visible: TimeRange | null;
	readonly selection: TimeRange | null;
}

const keys = {
	tab: 'view',
	runId: 'run',
	againstRunId: 'against',
	seconds: 't',
	speakerId: 'speaker',
	visible: 'zoom',
	selection: 'select',
} as const;

/** Reads the place from an address's query; what it does not understand counts as absent. */
export function placeOf(query: URLSearchParams): StudioPlace {
	const tab = query.get(keys.tab);
	return {
		tab: studioTabs.find((known) => known === tab) ?? 'transcript',
		runId: query.get(keys.runId),
		againstRunId: query.get(keys.againstRunId),
		seconds: secondsOf(query.get(keys.seconds)),
		speakerId: query.get(keys.speakerId),
		visible: rangeOf(query.get(keys.visible)),
		selection: rangeOf(query.get(keys.selection)),
	};
}

/** The query of a place, without what goes without saying. */
export function queryOf(place: StudioPlace): URLSearchParams {
	const query = new URLSearchParams();
	const set = (key: string, value: string | null): void => {
		if (value !== null) query.set(key, value);
	};
	set(keys.tab, place.tab === 'transcript' ? null : place.tab);
	set(keys.runId, place.runId);
	set(keys.againstRunId, place.againstRunId);
	set(keys.seconds, place.seconds?.toFixed(1) ?? null);
	set(keys.speakerId, place.speakerId);
	set(keys.visible, rangeText(place.visible));
	set(keys.selection, rangeText(place.selection));
	return query;
}

function secondsOf(text: string | null): number | null {
	const seconds = text === null || text === '' ? NaN : Number(text);
	return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function rangeOf(text: string | null): TimeRange | null {
	const [start, end, more] = (text ?? '').split('-').map(secondsOf);
	if (more !== undefined || start == null || end == null || end <= start) return null;
	return { startSeconds: start, endSeconds: end };
}

function rangeText(range: TimeRange | null): string | null {
	return range && `${range.startSeconds.toFixed(2)}-${range.endSeconds.toFixed(2)}`;
}
