import { expect, test } from 'vitest';
import { FakeClient } from '../../../../tests/fixtures/fake-client.ts';
import { present } from '../../support/assert.ts';
import { factsText, runsText } from './record-words.ts';

async function record() {
	const [first] = await new FakeClient({ past: ['party'] }).listSessions();
	return present(first, 'the record');
}

test('facts as far as they are known', async () => {
	const known = await record();
	expect(factsText(known)).toBe('1 min 04 s · 6 speakers · 3 conversations');
	expect(factsText({ ...known, durationSeconds: null, conversationCount: null })).toBe(
		'6 speakers',
	);
});

test('runs with what recognised the words and what told who speaks', async () => {
	const one = await record();
	const titles = new Map([['embedded', 'Embedded recogniser']]);
	expect(runsText(one, titles)).toBe(
		'1 run · recognised by Embedded recogniser · speakers by Light-ASD',
	);
	expect(runsText({ ...one, recognisers: ['whisper-base'], detectors: [] }, titles)).toBe(
		'1 run · recognised by whisper-base',
	);
	expect(
		runsText(
			{
				...one,
				runCount: 3,
				recognisers: ['whisper-tiny', 'embedded'],
				detectors: ['embedded', 'light-asd'],
			},
			titles,
		),
	).toBe(
		'3 runs · recognised by whisper-tiny, Embedded recogniser · speakers by the embedded recogniser, Light-ASD',
	);
});
