import { openAsBlob, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { removeDisfluencies } from '../../../src/lib/evaluation/disfluencies.ts';
import { scoredWords } from '../../../src/lib/evaluation/scored-words.ts';
import { scoreSession } from '../../../src/lib/evaluation/session-scores.ts';
import { readBoxes, readSessions } from '../../../src/lib/formats/index.ts';
import type { DroppedFile } from '../../../src/lib/formats/index.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const demo = join(here, '../../../static/demo/dinner-party');

const lists = v.record(v.string(), v.array(v.string()));
const grammar = v.parse(
	v.object({
		slots: lists,
		topics: v.record(
			v.string(),
			v.object({
				slots: lists,
				ask: v.array(v.string()),
				answer: v.array(v.string()),
				say: v.array(v.string()),
			}),
		),
		more: lists,
		reactions: v.array(v.string()),
		openers: v.array(v.string()),
		backchannels: v.array(v.string()),
		laughs: v.array(v.string()),
		marks: v.array(v.string()),
	}),
	JSON.parse(readFileSync(join(here, 'grammar.json'), 'utf8')),
);

const common = { ...grammar.slots, ...grammar.more };
const sayings = [...grammar.reactions, ...grammar.openers, ...grammar.backchannels];

/** All texts that may be said, slots still open, by topic. */
function templates(): { texts: string[]; slots: Record<string, string[]> }[] {
	const topics = Object.values(grammar.topics).map(({ slots, ask, answer, say }) => ({
		texts: [...ask, ...answer, ...say, ...Object.values(slots).flat()],
		slots: { ...common, ...slots },
	}));
	return [...topics, { texts: [...sayings, ...Object.values(common).flat()], slots: common }];
}

const vocabulary = new Set(
	[...templates().flatMap(({ texts }) => texts), ...grammar.laughs].flatMap((text) =>
		text
			.replaceAll(/\{\w+\}|,/g, ' ')
			.split(' ')
			.filter((word) => word !== ''),
	),
);

describe('grammar', () => {
	test('fills every slot it leaves open', () => {
		for (const { texts, slots } of templates()) {
			for (const text of texts) {
				for (const [, slot = ''] of text.matchAll(/\{(\w+)\}/g)) {
					expect(Object.keys(slots), text).toContain(slot);
				}
			}
		}
	});

	test('knows several hundred words, in lower case', () => {
		expect(vocabulary.size).toBeGreaterThan(400);
		expect(vocabulary.size).toBeLessThanOrEqual(620);
		for (const word of vocabulary) expect(word).toMatch(/^[a-z]+('[a-z]+)?$/);
	});

	test('laughs in a way that the scorer takes out', () => {
		for (const laugh of grammar.laughs) expect(removeDisfluencies(laugh)).toBe('');
		for (const mark of grammar.marks) {
			expect(scoredWords([{ startSeconds: 0, endSeconds: 1, text: mark }], null)).toEqual([]);
		}
	});
});

async function dropDemo(): Promise<DroppedFile[]> {
	const files = readdirSync(demo, { recursive: true, withFileTypes: true });
	return Promise.all(
		files
			.filter((entry) => entry.isFile())
			.map(async (entry) => {
				const path = join(entry.parentPath, entry.name);
				const file = new File([await openAsBlob(path)], entry.name);
				return { path: join(basename(demo), path.slice(demo.length + 1)), file };
			}),
	);
}

async function readDemo() {
	const { sessions, problems } = await readSessions(await dropDemo());
	expect(problems).toEqual([]);
	const [session] = sessions;
	if (!session?.labels?.conversations) throw new TypeError('The demo has no labels');
	const { transcripts, conversations } = session.labels;
	return { session, labels: { transcripts, conversations } };
}

describe('demo', () => {
	test('is small enough to be shipped', () => {
		const sizes = readdirSync(demo, { recursive: true, encoding: 'utf8' })
			.map((path) => statSync(join(demo, path)))
			.map((stats) => (stats.isFile() ? stats.size : 0));
		expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(6_000_000);
	});

	test('is a whole session: six people, three conversations, a box for each frame', async () => {
		const { session, labels } = await readDemo();
		expect(session.name).toBe('dinner-party');
		expect(session.problems).toEqual([]);
		expect(session.recording?.size).toBeGreaterThan(500_000);
		expect(session.speakers).toHaveLength(6);
		expect(new Set(labels.conversations.values()).size).toBe(3);
		for (const { tracks } of session.speakers) {
			expect(tracks.length).toBeGreaterThan(0);
			for (const track of tracks) {
				if (!track.boxes) throw new TypeError(`${track.id} has no boxes`);
				const boxes = await readBoxes(track.boxes);
				const frames = [...boxes.keys()];
				expect(frames[0]).toBe(track.frameStart);
				expect(frames).toEqual(frames.map((_, index) => track.frameStart + index));
				for (const { x1, x2, y1, y2 } of boxes.values()) {
					expect(x2 - x1).toBeGreaterThan(100);
					expect(y2 - y1).toBeCloseTo(x2 - x1, 0);
				}
			}
		}
	});

	test('says only words of the grammar, inside the scored part, one thing at a time', async () => {
		const { session, labels } = await readDemo();
		for (const { id, uem } of session.speakers) {
			const cues = labels.transcripts.get(id) ?? [];
			expect(cues.length).toBeGreaterThan(5);
			expect(scoredWords(cues, uem)).toEqual(scoredWords(cues, null));
			expect(scoredWords(cues, uem).length).toBeGreaterThan(30);
			let last = 0;
			for (const { startSeconds, endSeconds, text } of cues) {
				expect(startSeconds).toBeGreaterThanOrEqual(last);
				expect(endSeconds).toBeGreaterThan(startSeconds);
				last = endSeconds;
				const spoken = grammar.marks.reduce((rest, mark) => rest.replace(mark, ''), text).trim();
				for (const word of spoken.split(' ')) expect(vocabulary).toContain(word);
			}
		}
	});

	test('scores full marks against its own labels', async () => {
		const { session, labels } = await readDemo();
		const { transcripts, conversations } = labels;
		const scores = scoreSession(labels, transcripts, conversations, session.speakers);
		expect(scores).toMatchObject({ wer: 0, f1: 1, joint: 0, problems: [] });
	});

	test('has people of one conversation take turns, and others talk across them', async () => {
		const { labels } = await readDemo();
		const overlap = { within: 0, across: 0 };
		const speech = [...labels.transcripts].map(([id, cues]) => ({ id, cues }));
		for (const [index, a] of speech.entries()) {
			for (const b of speech.slice(index + 1)) {
				const together = labels.conversations.get(a.id) === labels.conversations.get(b.id);
				for (const first of a.cues) {
					for (const second of b.cues) {
						const start = Math.max(first.startSeconds, second.startSeconds);
						const end = Math.min(first.endSeconds, second.endSeconds);
						overlap[together ? 'within' : 'across'] += Math.max(0, end - start);
					}
				}
			}
		}
		expect(overlap.within).toBeLessThan(25);
		expect(overlap.across).toBeGreaterThan(60);
	});
});
