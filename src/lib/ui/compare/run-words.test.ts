import { expect, test } from 'vitest';
import { runIdOf } from '../../domain/run-id.ts';
import { defaultSettings } from '../../domain/settings.ts';
import type { RunSettings } from '../../domain/settings.ts';
import { settingDifferences } from './run-words.ts';

const others: Partial<RunSettings>[] = [
	{ recogniser: 'whisper-tiny' },
	{ decoding: 'greedy' },
	{ language: 'de' },
	{ speechActivity: 'baseline' },
	{ detector: 'embedded' },
	{ audioScale: 'unit' },
	{ conversations: 'baseline' },
	{ recompute: true },
	{ people: { least: 2, most: 4 } },
];

test.each(others)('%o is told', (change) => {
	const other = { ...defaultSettings, ...change };
	expect(runIdOf(other)).not.toBe(runIdOf(defaultSettings));
	const [difference, ...more] = settingDifferences(defaultSettings, other, null);
	expect(more).toEqual([]);
	expect(difference?.here).not.toBe(difference?.there);
});

test('every setting is in one of them, and equal runs do not differ', () => {
	expect(others.flatMap(Object.keys).sort()).toEqual(Object.keys(defaultSettings).sort());
	expect(settingDifferences(defaultSettings, { ...defaultSettings }, null)).toEqual([]);
});
