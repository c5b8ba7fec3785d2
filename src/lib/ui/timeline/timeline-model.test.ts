import { describe, expect, test } from 'vitest';
import { fakeLabels } from '../../../../tests/fixtures/fake-labels.ts';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import { documentOf } from '../../editing/document-of.ts';
import { firstEdition } from '../../editing/first-edition.ts';
import { present } from '../../support/assert.ts';
import { layRows } from './row-layout.ts';
import { talkingText } from './talking-text.ts';
import { TimelineModels } from './timeline-model.ts';

const result = fakeResult(fakeSession('party', 'party'));
const edition = firstEdition(result);
const none = { waveform: false, labels: false, layers: new Set<string>() };

test('names, conversations and cues are those of the document, whatever the run said', () => {
	const edited = {
		...edition,
		speakerNames: new Map([['spk_3', 'Grace']]),
		conversationNames: new Map([[1, 'The garden']]),
		clusters: new Map([...edition.clusters, ['spk_0', 1] as const]),
		cues: edition.cues.filter(({ speakerId }) => speakerId !== 'spk_0'),
	};
	const { groups } = new TimelineModels().modelOf(documentOf(result, edited), null);
	expect(groups.map(({ name, lanes }) => [name, lanes.map((lane) => lane.name)])).toEqual([
		['Conversation A', ['Grace']],
		['The garden', ['spk_0', 'spk_1', 'spk_4']],
		['Conversation C', ['spk_2', 'spk_5']],
	]);
	const moved = present(groups[1]?.lanes[0], 'The lane');
	expect([moved.wordCount, moved.cues.spans.length]).toEqual([0, 0]);
	expect(moved.segments.spans).toHaveLength(6);
});

describe('through edits', () => {
	const models = new TimelineModels();
	const before = models.modelOf(documentOf(result, edition), fakeLabels());
	const next = { ...edition, clusters: new Map([...edition.clusters, ['spk_0', 1] as const]) };
	const after = models.modelOf(documentOf(result, next), null);

	test('what the run found is not worked out again', () => {
		const [a, b] = [before, after].map(({ lanes }) => lanes.find(({ id }) => id === 'spk_0'));
		expect(b?.segments).toBe(a?.segments);
		expect(after.overlap).toBe(before.overlap);
		expect(after.groups[2]?.overlap).toBe(before.groups[2]?.overlap);
		const [curveA, curveB] = [a, b].map((lane) => {
			const layer = lane?.layers.find(({ kind }) => kind === 'speech');
			if (layer?.shape !== 'series') throw new Error('no curve');
			return models.seriesOf(present(layer.channels[0], 'channel'), layer);
		});
		expect(curveB).toBe(curveA);
	});

	test('who talks at once in a conversation is, when others are in it', () => {
		expect(before.groups[1]?.overlap.most).toBe(1);
		expect(after.groups[1]?.overlap.most).toBe(2);
		expect([before.hasLabels, after.hasLabels]).toEqual([true, false]);
	});
});

describe('rows', () => {
	const model = new TimelineModels().modelOf(documentOf(result, edition), fakeLabels());

	test('lie below each other without a gap but before the next speaker', () => {
		const rows = layRows(model, { waveform: true, labels: true, layers: new Set(['speech']) });
		const all = [
			rows.ruler,
			rows.overlap,
			present(rows.waveform, 'The waveform'),
			...rows.groups.flatMap(({ name, lanes }) => [
				name,
				...lanes.flatMap(({ talk, labels, layers }) => [
					talk,
					...(labels ? [labels] : []),
					present(layers[0], 'The activity').row,
				]),
			]),
		];
		for (const [i, { top }] of all.entries()) {
			const above = all[i - 1];
			const gap = above ? top - (above.top + above.height) : top;
			expect([0, 4, 8]).toContain(gap);
		}
		// How many talk at once lies beside the name.
		for (const { name, overlap } of rows.groups) {
			expect(overlap.top).toBeGreaterThanOrEqual(name.top);
			expect(overlap.top + overlap.height).toBe(name.top + name.height);
		}
		const last = present(all.at(-1), 'The last');
		expect(last.top + last.height).toBeLessThanOrEqual(rows.height);
	});

	test('are as high as the text that a person wants is large', () => {
		const usual = layRows(model, none);
		const large = layRows(model, none, 1.5);
		expect(large.height).toBeCloseTo(usual.height * 1.5, 0);
		expect(usual.groups[0]?.lanes[0]?.talk.height).toBeGreaterThanOrEqual(24);
	});
});

test('a position is told with who talks there, by the names that people gave', () => {
	const named = {
		...edition,
		speakerNames: new Map([['spk_0', 'Ada']]),
		conversationNames: new Map([[1, 'The garden']]),
		clusters: new Map([...edition.clusters].filter(([id]) => id !== 'spk_5')),
	};
	const model = new TimelineModels().modelOf(documentOf(result, named), null);
	expect(talkingText(model, 20.8)).toBe(
		'0:20.8, Ada in conversation A, spk_4 in The garden, spk_5 talking',
	);
	expect(talkingText(model, 0)).toBe('0:00.0, nobody talking');
});
