import { expect, test } from 'vitest';
import { defaultSettings } from '../domain/settings.ts';
import { SettingsState } from './settings.svelte.ts';

function kept(text: string | null = null) {
	const values = new Map<string, string>();
	if (text !== null) values.set('confab.settings', text);
	return {
		getItem: (key: string) => values.get(key) ?? null,
		setItem: (key: string, value: string) => void values.set(key, value),
	};
}

test('are remembered', () => {
	const storage = kept();
	new SettingsState(storage).change({ speechActivity: 'baseline', recompute: true });
	const next = new SettingsState(storage);
	expect(next.current).toEqual({ ...defaultSettings, speechActivity: 'baseline', recompute: true });
	expect(next.changed).toBe(true);
	next.reset();
	expect(new SettingsState(storage).changed).toBe(false);
});

test.each(['not json', 'null', '[]', '"text"'])('fall back to the defaults on %s', (text) => {
	expect(new SettingsState(kept(text)).current).toEqual(defaultSettings);
});

test('one bad field does not lose the others', () => {
	const text = JSON.stringify({ ...defaultSettings, audioScale: 'loud', recompute: true });
	expect(new SettingsState(kept(text)).current).toEqual({ ...defaultSettings, recompute: true });
});

test('what an earlier version remembered still holds, and a number of people never does', () => {
	const before = JSON.stringify({ speechActivity: 'baseline', conversations: 'baseline' });
	expect(new SettingsState(kept(before)).current).toEqual({
		...defaultSettings,
		speechActivity: 'baseline',
		conversations: 'baseline',
	});
	const storage = kept();
	new SettingsState(storage).change({ people: { least: 2, most: 2 } });
	expect(new SettingsState(storage).current.people).toBeNull();
});

test('hold where nothing can be remembered', () => {
	const full = {
		getItem: () => null,
		setItem: () => {
			throw new DOMException('full', 'QuotaExceededError');
		},
	};
	const settings = new SettingsState(full);
	settings.change({ recompute: true });
	expect(settings.current.recompute).toBe(true);
});
