import * as v from 'valibot';
import { languageChoices } from '../domain/languages.ts';
import { defaultSettings, detectors } from '../domain/settings.ts';
import type { RunSettings } from '../domain/settings.ts';

/** As much of `localStorage` as is needed here. */
export interface KeptText {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
}

const schemaFor = (defaultSettings: RunSettings) =>
	v.object({
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

/** How the next session or recording is to be run; remembered between visits where the browser allows it. */
export class SettingsState {
	readonly #kept: KeptText | null;
	readonly #key: string;
	readonly #defaults: RunSettings;
	#current = $state.raw<RunSettings>(defaultSettings);

	/** @param key under which they are remembered */
	constructor(kept: KeptText | null, key = 'confab.settings', defaults = defaultSettings) {
		this.#kept = kept;
		this.#key = key;
		this.#defaults = defaults;
		this.#current = read(kept, key, defaults);
	}

	get current(): RunSettings {
		return this.#current;
	}

	get changed(): boolean {
		return JSON.stringify(this.#current) !== JSON.stringify(this.#defaults);
	}

	change(part: Partial<RunSettings>): void {
		this.#current = { ...this.#current, ...part };
		try {
			this.#kept?.setItem(this.#key, JSON.stringify(this.#current));
		} catch {
			// Nothing can be remembered here; the settings hold until the page is closed.
		}
	}

	reset(): void {
		this.change(this.#defaults);
	}
}

function read(kept: KeptText | null, key: string, defaults: RunSettings): RunSettings {
	try {
		const text = kept?.getItem(key);
		if (!text) return defaults;
		const parsed = v.safeParse(schemaFor(defaults), JSON.parse(text));
		// How many people there are is true of one recording alone.
		return parsed.success ? { ...parsed.output, people: null } : defaults;
	} catch {
		return defaults;
	}
}
