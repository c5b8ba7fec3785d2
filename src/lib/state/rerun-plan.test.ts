import { expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { rerunPlan } from './rerun-plan.ts';

const result = fakeResult(fakeSession('party', 'party'));
const { settings } = result;

test('the same settings compute nothing again', () => {
	expect(rerunPlan(result, { ...settings })).toEqual({ changed: [], stages: [], lastSeconds: 0 });
});

test('another way to find conversations leaves words and speech as they are', () => {
	const plan = rerunPlan(result, { ...settings, conversations: 'baseline' });
	expect(plan.changed).toEqual(['conversations']);
	expect(plan.stages).toEqual(['conversations', 'scores']);
});

test('what comes first decides: another recogniser beside it changes nothing more', () => {
	const words = rerunPlan(result, { ...settings, recogniser: 'whisper-base', language: 'de' });
	expect(words.changed).toEqual(['recogniser', 'language']);
	expect(words.stages[0]).toBe('lips');
	const all = rerunPlan(result, { ...settings, recogniser: 'whisper-base', detector: 'embedded' });
	expect(all.stages).toEqual(['activity', 'segments', ...words.stages]);
});

test('another number of people finds them again, by value and not by object', () => {
	const people = { least: 3, most: 3 };
	const found = { ...result, settings: { ...settings, people } };
	expect(rerunPlan(found, { ...settings, people: { ...people } }).changed).toEqual([]);
	expect(rerunPlan(found, { ...settings, people: null }).changed).toEqual(['people']);
});

test('how long it took is told only where it was computed in that run', () => {
	const report = { ...result.report, stages: { conversations: 2, scores: 1 }, fromStore: [] };
	const other = { ...settings, conversations: 'baseline' } as const;
	expect(rerunPlan({ ...result, report }, other).lastSeconds).toBe(3);
	const stored = { ...report, fromStore: ['conversations'] };
	expect(rerunPlan({ ...result, report: stored }, other).lastSeconds).toBeNull();
});
