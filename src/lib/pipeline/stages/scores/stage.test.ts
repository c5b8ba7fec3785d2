import { expect, test } from 'vitest';
import { FakeStages, MemoryStore, sessionOf, speaker } from '../../fakes.ts';
import { Work } from '../../work.ts';
import { scores } from './stage.ts';

test('a transcript is scored as the official scorer reads its file', async () => {
	const cue = { startSeconds: 1, endSeconds: 2, text: 'R&B', words: [], confidence: 1 };
	const reference = [{ startSeconds: 1, endSeconds: 2, text: 'R&amp;B' }];
	const labels = { conversations: null, transcripts: new Map([['spk_0', reference]]) };
	const session = { ...sessionOf({ ...speaker('spk_0'), uem: null }), labels };
	const found = await scores.run(
		{
			session,
			speakers: session.speakers,
			durationSeconds: 10,
			segmented: new Map(),
			cues: new Map([['spk_0', [cue]]]),
			conversations: { clusters: new Map(), confidence: null, evidence: [] },
		},
		new FakeStages().ports,
		Work.begin({ sessionId: 'party', store: new MemoryStore(), onEvent: () => undefined }),
	);
	expect(found.scores?.wer).toBe(0);
});
