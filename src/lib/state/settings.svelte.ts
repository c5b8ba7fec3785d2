import * as v from 'valibot';
import { languageChoices } from '../domain/languages.ts';
import { defaultSettings, detectors } from '../domain/settings.ts';
import type { RunSettings } from '../domain/settings.ts';

/** As much of `localStorage` as is needed here. */
export interface KeptText {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
}

const key = 'confab.settings';

const schema = v.object({
	speechActivity: v.fallback(
		v.picklist(['calibrated', 'baseline']),
		defaultSettings.speechActivity,
	),
	detector: v.fallback(v.picklist(detectors), defaultSettings.detector),
	conversations: v.fallback(v.picklist(['confab', 'baseline']), defaultSettings.conversations),
	recogniser: v.fallback(v.string(), defaultSettings.recogniser),
	decoding: v.fallback(v.picklist(['beam', 'greedy']), defaultSettings.decoding),
	language: v.fallback(v.picklist(languageChoices), defaultSettings.language),
	audioScale: v.fallback(v.picklist(['int16', 'unit']), defaultSettings.audioScale),
	recompute: v.fallback(v.boolean(), defaultSettings.recompute),
});

/** How the next session is to be run; remembered between visits where the browser allows it. */
export class SettingsState {
	readonly #kept: KeptText | null;
	#current = $state.raw<RunSettings>(defaultSettings);

	constructor(kept: KeptText | null) {
		this.#kept = kept;
		this.#current = read(kept);
	}

	get current(): RunSettings {
		return this.#current;
	}

	get changed(): boolean {
		return JSON.stringify(this.#current) !== JSON.stringify(defaultSettings);
	}

	change(part: Partial<RunSettings>): void {
		this.#current = { ...this.#current, ...part };
		try {
			this.#kept?.setItem(key, JSON.stringify(this.#current));
		} catch {
			// Nothing can be remembered here; the settings hold until the page is closed.
		}
	}

	reset(): void {
		this.change(defaultSettings);
	}
}

function read(kept: KeptText | null): RunSettings {
	try {
		const text = kept?.getItem(key);
		if (!text) return defaultSettings;
		const parsed = v.safeParse(schema, JSON.parse(text));
		return parsed.success ? parsed.output : defaultSettings;
	} catch {
		return defaultSettings;
	}
}
