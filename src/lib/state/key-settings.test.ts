import { expect, test } from 'vitest';
import { KeySettings } from './key-settings.svelte.ts';

test('single keys are on until they are switched off, which is remembered', () => {
	const kept = new Map<string, string>();
	const store = {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
	};
	const keys = new KeySettings(store);
	expect(keys.single).toBe(true);
	keys.setSingle(false);
	expect([keys.single, new KeySettings(store).single]).toEqual([false, false]);
	new KeySettings(store).setSingle(true);
	expect(new KeySettings(store).single).toBe(true);
});

test('where nothing can be remembered they hold until the page is closed', () => {
	const barred = {
		getItem: () => {
			throw new Error('barred');
		},
		setItem: () => {
			throw new Error('barred');
		},
	};
	const keys = new KeySettings(barred);
	keys.setSingle(false);
	expect([keys.single, new KeySettings(null).single]).toEqual([false, true]);
});
