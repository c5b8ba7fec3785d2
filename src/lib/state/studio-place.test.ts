import { expect, test } from 'vitest';
import { placeOf, queryOf } from './studio-place.ts';

test('a place survives its address', () => {
	const place = {
		tab: 'compare',
		runId: 'embedded~beam',
		againstRunId: 'whisper-tiny~beam',
		seconds: 12.3,
		speakerId: 'spk_1',
		visible: { startSeconds: 10, endSeconds: 20.5 },
		selection: { startSeconds: 11.25, endSeconds: 12 },
	} as const;
	expect(placeOf(new URLSearchParams(queryOf(place).toString()))).toEqual(place);
});

test('what goes without saying is not in the address', () => {
	expect(queryOf(placeOf(new URLSearchParams())).toString()).toBe('');
});

test.each(['t=', 't=-1', 't=soon', 'zoom=5', 'zoom=9-3', 'select=1-2-3', 'view=elsewhere'])(
	'%s is no place',
	(query) => {
		expect(queryOf(placeOf(new URLSearchParams(query))).toString()).toBe('');
	},
);
