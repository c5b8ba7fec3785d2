import type { RunSettings } from './settings.ts';

/**
 * The id of a run that is about to be stored: two runs with the same settings are one, the later in place of the
 * earlier. Safe in an address. Whoever has a result takes the id that is stored with it and never makes it again,
 * so that another setting orphans no edition. A setting that is added stands in it only where it is not at its
 * default, so that a run with all others as they were still takes its place.
 */
export function runIdOf(settings: RunSettings): string {
	return [
		settings.recogniser,
		settings.decoding,
		settings.language,
		settings.speechActivity,
		settings.detector,
		settings.audioScale,
		settings.conversations,
		settings.recompute ? 'recomputed' : 'shipped',
		...(settings.people ? [`people-${settings.people.least}-${settings.people.most}`] : []),
	].join('~');
}
