import { expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { limitsFor } from '../domain/group-limits.ts';
import { formatIds } from '../formats/take-away/formats.ts';
import { present } from '../support/assert.ts';
import { ConversationOutlook } from './conversation-outlook.svelte.ts';
import { Downloads } from './downloads.svelte.ts';
import { LabelComparison } from './label-comparison.svelte.ts';
import { placeOf } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';
import { TranscriptView } from './transcript-view.svelte.ts';

async function open(name: string) {
	const client = new FakeClient({ past: [name] });
	const studio = await Studio.open(client, idOf(name), placeOf(new URLSearchParams()));
	return { client, studio: present(studio, 'studio') };
}

test.each([
	['silent.m4a', 0],
	['alone.m4a', 1],
])('%s, with %d people, can be read, weighed, compared and downloaded', async (name, count) => {
	const { client, studio } = await open(name);
	expect(studio.document.speakers).toHaveLength(count);

	const transcript = new TranscriptView(studio);
	expect(transcript.columns.flatMap(({ speakers }) => speakers)).toHaveLength(count);
	transcript.add();
	expect(transcript.draft === null).toBe(count === 0);
	transcript.drop();

	const outlook = new ConversationOutlook(studio.result, limitsFor('found'));
	await outlook.weigh();
	expect([outlook.status, outlook.error]).toEqual(['ready', null]);

	const downloads = new Downloads(
		client,
		studio,
		() => null,
		() => 0,
	);
	await downloads.make();
	expect(downloads.error).toBeNull();
	expect([...downloads.made.keys()].toSorted()).toEqual([...formatIds].toSorted());
	expect(await downloads.everything()).not.toBeNull();
	expect(downloads.error).toBeNull();

	const labels = { conversations: null, transcripts: new Map([['ada', []]]) };
	const comparison = new LabelComparison(studio.result, labels);
	await comparison.compare(studio.document);
	expect([comparison.status, comparison.error]).toEqual(['ready', null]);
});
