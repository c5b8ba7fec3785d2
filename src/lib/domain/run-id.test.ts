import { expect, test } from 'vitest';
import { runIdOf } from './run-id.ts';
import { defaultSettings } from './settings.ts';

test('the id of settings is what it was when editions were stored by it', () => {
	expect(runIdOf(defaultSettings)).toBe(
		'embedded~beam~detect~calibrated~light-asd~int16~confab~shipped',
	);
	const other = { ...defaultSettings, recompute: true, people: { least: 2, most: 4 } };
	expect(runIdOf(other)).toBe(
		'embedded~beam~detect~calibrated~light-asd~int16~confab~recomputed~people-2-4',
	);
});
