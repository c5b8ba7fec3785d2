import { expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { simulateSession } from '../../../tests/fixtures/simulated-talk.ts';
import { findConversations } from '../conversations/find-conversations.ts';
import { mcorecLimits } from '../domain/group-limits.ts';
import type { SessionResult } from '../domain/result.ts';
import { defaultSettings } from '../domain/settings.ts';
import { ConversationOutlook } from './conversation-outlook.svelte.ts';

const made = fakeResult(fakeSession('party', 'id'));

/** A run as the pipeline leaves it. */
function simulatedRun(): SessionResult {
	const { activities } = simulateSession({ seed: 3, seconds: 60 });
	const speakers = activities.map((activity) => ({
		speakerId: activity.speakerId,
		uem: null,
		activity,
		segments: [],
		transcript: { speakerId: activity.speakerId, cues: [] },
	}));
	return { ...made, speakers, conversations: findConversations(activities, mcorecLimits) };
}

test('weighs what the run went by', async () => {
	const run = simulatedRun();
	const outlook = new ConversationOutlook(run, mcorecLimits);
	expect(outlook.status).toBe('working');
	await outlook.weigh();
	expect([outlook.status, outlook.outdated]).toEqual(['ready', false]);
	expect(outlook.alternatives?.ranked[0]?.posterior).toBeCloseTo(
		run.conversations.confidence ?? NaN,
		10,
	);
});

test('says when the run was made by another version', async () => {
	const run = simulatedRun();
	const clusters = new Map([...run.conversations.clusters.keys()].map((id) => [id, 0]));
	const outlook = new ConversationOutlook(
		{ ...run, conversations: { ...run.conversations, clusters } },
		mcorecLimits,
	);
	await outlook.weigh();
	expect(outlook.outdated).toBe(true);
});

test('the baseline’s method weighs nothing', async () => {
	const settings = { ...defaultSettings, conversations: 'baseline' as const };
	const outlook = new ConversationOutlook(
		fakeResult(fakeSession('party', 'id'), settings),
		mcorecLimits,
	);
	await outlook.weigh();
	expect([outlook.status, outlook.alternatives]).toEqual(['none', null]);
});

test('stopped, it can begin again', async () => {
	const outlook = new ConversationOutlook(simulatedRun(), mcorecLimits);
	const stopped = outlook.weigh();
	outlook.stop();
	await stopped;
	expect(outlook.alternatives).toBeNull();
	await outlook.weigh();
	expect(outlook.status).toBe('ready');
});

test('the made-up party is grouped as its talk has it', async () => {
	const outlook = new ConversationOutlook(made, mcorecLimits);
	await outlook.weigh();
	expect(outlook.outdated).toBe(false);
});
