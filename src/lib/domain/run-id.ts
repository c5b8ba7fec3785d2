import type { RunSettings } from './settings.ts';

/**
 * Names a run among those of its session: two runs with the same settings are one, the later in place
 * of the earlier. Made of the settings themselves and safe in an address.
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
		// Only where it says something: ids made before it was a setting still hold.
		...(settings.people ? [`people-${settings.people.least}-${settings.people.most}`] : []),
	].join('~');
}
