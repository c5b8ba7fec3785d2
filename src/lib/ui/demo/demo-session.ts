import { defaultSettings, type RunSettings } from '../../domain/settings.ts';

/** Content id of the session under static/demo, by which its result is known again. */
export const demoSessionId = 'ba62b6f516e51e234126ced181cf3bb5770134d709563271e97e5f3247f1611a';

/**
 * How the demo is run, whatever is set: by the embedded recogniser alone, which knows these people's
 * words and is there on every machine.
 */
export const demoSettings: RunSettings = {
	...defaultSettings,
	detector: 'embedded',
	recogniser: 'embedded',
};
