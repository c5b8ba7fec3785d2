import { defaultSettings, type RunSettings } from '../../domain/settings.ts';

/** Content id of the session under static/demo, by which its result is known again. */
export const demoSessionId = '4192c151bbd8d17500b21a596d8e25a20b1063b7ef55e2077e2abf6b601d04dc';

/**
 * How the demo is run, whatever is set: by the embedded recogniser alone, which knows these people's
 * words and is there on every machine.
 */
export const demoSettings: RunSettings = {
	...defaultSettings,
	detector: 'embedded',
	recogniser: 'embedded',
};
