import { expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import { conversationGroups } from './result-summary.ts';

const result = fakeResult(fakeSession('party', 'id'));

test('groups are in the order of their numbers, speakers in that of the session', () => {
	const groups = conversationGroups(result);
	expect(
		groups.map((group) => [
			group.conversation,
			group.speakers.map(({ speaker }) => speaker.speakerId),
		]),
	).toEqual([
		[0, ['spk_0', 'spk_3']],
		[1, ['spk_1', 'spk_4']],
		[2, ['spk_2', 'spk_5']],
	]);
});

test('a speaker without a conversation comes last', () => {
	const clusters = new Map([...result.conversations.clusters].slice(1));
	const groups = conversationGroups({
		...result,
		conversations: { ...result.conversations, clusters },
	});
	expect(groups.at(-1)).toMatchObject({ conversation: null });
});

test('talk and words add up', () => {
	const [group] = conversationGroups(result);
	const [first] = group?.speakers ?? [];
	const cues = first?.speaker.transcript.cues ?? [];
	expect(first?.wordCount).toBe(cues.flatMap((cue) => cue.words).length);
	expect(first?.talkSeconds).toBeCloseTo(
		cues.reduce((sum, cue) => sum + cue.endSeconds - cue.startSeconds, 0),
	);
});
