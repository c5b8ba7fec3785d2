import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasSharedFiles } from '../../../tests/shared-browser.ts';
import { reducedFiles } from '../../../models/avsr-cocktail/reduced.ts';
import type { SessionResult } from '../domain/result.ts';
import type { Session } from '../domain/session.ts';
import { defaultSettings, type RunSettings } from '../domain/settings.ts';
import type { RecognisedSpan } from '../domain/span.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { AvsrShelf, graphId } from '../recognisers/avsr/avsr-shelf.ts';
import { ModelShelf } from '../store/shelf/model-shelf.ts';
import { isAbort } from '../support/abort.ts';
import { present } from '../support/assert.ts';
import type { SlowOptions } from '../support/progress.ts';
import { createClient } from './app.ts';

const client = createClient(`${location.origin}/`);
const settings: RunSettings = { ...defaultSettings, detector: 'embedded' };

/** Somebody who is in several face tracks. */
const speakerId = 'spk_1';
let session: Session;
let result: SessionResult;
let cues: readonly RecognisedCue[];

beforeAll(async () => {
	const { files } = await client.demoFiles(new AbortController().signal);
	const [demo] = (await client.readSessions(files, {})).sessions;
	const { speakers, ...rest } = present(demo, 'demo');
	session = { ...rest, labels: null, speakers: speakers.filter(({ id }) => id === speakerId) };
	result = await client.run(session, settings, { onEvent: () => undefined });
	cues = present(result.speakers[0], 'speaker').transcript.cues;
}, 240_000);

const again = (
	range: TimeRange,
	options: SlowOptions = {},
	of = settings,
): Promise<RecognisedSpan> => client.recogniseSpan(session, of, { ...range, speakerId }, options);

/** The cue with the most words. */
const longest = (): RecognisedCue =>
	present([...cues].sort((a, b) => b.words.length - a.words.length)[0], 'cue');

describe('a span of the demo', () => {
	test('of a cue gives the words of the run, at their times', async () => {
		const cue = longest();
		const stages = new Set<string>();
		const found = await again(cue, { onProgress: ({ stage }) => stages.add(stage) });
		expect(found.problems).toEqual([]);
		expect(found.models).toMatchObject([{ id: 'embedded', provider: 'wasm' }]);
		expect(found.cues.map(({ text }) => text)).toEqual([cue.text]);
		const times = (words: readonly TimeRange[]) =>
			words.map(({ startSeconds, endSeconds }) => [
				Number(startSeconds.toFixed(3)),
				Number(endSeconds.toFixed(3)),
			]);
		expect(times(found.cues[0]?.words ?? [])).toEqual(times(cue.words));
		expect(stages).toEqual(new Set(['decode', 'lips', 'recognition']));
	});

	test('of some words of a cue gives words within it', async () => {
		const { words } = longest();
		const first = present(words[1], 'word');
		const last = present(words.at(-2), 'word');
		const range = { startSeconds: first.startSeconds - 0.05, endSeconds: last.endSeconds + 0.05 };
		const found = await again(range);
		const heard = found.cues.flatMap((cue) => cue.words);
		expect(heard.length).toBeGreaterThan(0);
		for (const { startSeconds, endSeconds } of heard) {
			expect(startSeconds).toBeGreaterThanOrEqual(range.startSeconds);
			expect(endSeconds).toBeLessThanOrEqual(range.endSeconds);
		}
		const wanted = words.slice(1, -1).map(({ text }) => text);
		const same = heard.filter(({ text }) => wanted.includes(text)).length;
		expect(same).toBeGreaterThanOrEqual(Math.ceil(wanted.length / 2));
	});

	test('of a fifth of a second is no trouble', async () => {
		const { startSeconds } = longest();
		const found = await again({ startSeconds, endSeconds: startSeconds + 0.2 });
		expect(found.problems).toEqual([]);
	});

	// What finds faces and lips is fetched, and is not part of the project.
	test.skipIf(!hasSharedFiles)(
		'from the faces themselves, where all is computed anew',
		async () => {
			const cue = longest();
			const found = await again(cue, {}, { ...settings, recompute: true });
			expect(found.models.map(({ id }) => id).sort()).toEqual(['embedded', 'landmarks', 'yunet']);
			expect(found.cues.length).toBeGreaterThan(0);
		},
	);

	test('that goes on from one face track to the next is recognised in both', async () => {
		const [first, second] = session.speakers[0]?.tracks ?? [];
		const ends = cues.filter((cue) => cue.endSeconds <= present(second, 'track').startSeconds);
		expect(first).toBeDefined();
		const from = present(ends.at(-1), 'cue');
		const to = present(cues[ends.length], 'cue');
		const found = await again({ startSeconds: from.startSeconds, endSeconds: to.endSeconds });
		expect(found.problems).toEqual([
			{ file: speakerId, message: expect.stringContaining('No face track shows') },
		]);
		const words = found.cues.flatMap((cue) => cue.text.split(' '));
		expect(words).toEqual(expect.arrayContaining(from.text.split(' ').slice(0, 2)));
		expect(words).toEqual(expect.arrayContaining(to.text.split(' ').slice(-2)));
	});

	test('that is cancelled ends at once, and goes through when asked again', async () => {
		const cue = longest();
		for (const stage of ['decode', 'recognition']) {
			const stop = new AbortController();
			const onProgress = (progress: { stage: string }): void => {
				if (progress.stage === stage) stop.abort();
			};
			const thrown: unknown = await again(cue, { signal: stop.signal, onProgress }).catch(
				(error: unknown) => error,
			);
			expect(isAbort(thrown)).toBe(true);
		}
		expect((await again(cue)).cues.map(({ text }) => text)).toEqual([cue.text]);
	});

	test('by a recogniser that is not here is refused', async () => {
		const missing = { ...settings, recogniser: 'avsr-cocktail' };
		await expect(again(longest(), {}, missing)).rejects.toMatchObject({ code: 'ModelUnavailable' });
	});

	test('waits for a run, and leaves its result as it was', async () => {
		const order: string[] = [];
		const noEvents = { onEvent: () => undefined };
		await Promise.all([
			client.run(session, settings, noEvents).then(() => order.push('run')),
			again(longest()).then(() => order.push('span')),
		]);
		expect(order).toEqual(['run', 'span']);
		const kept = await client.loadRun(session.id, null);
		expect(kept?.speakers[0]?.transcript.cues).toEqual(cues);
	});
});

describe('a span by a recogniser that a person has added', () => {
	const shelf = new ModelShelf();
	const id = 'avsr-cocktail.q8';
	afterAll(() => client.deleteModel(id));

	test('is searched or taken greedily, and was checked when it was added', async () => {
		const { checkpoint, units } = await reducedFiles();
		const steps: string[] = [];
		await client.addModel('avsr-cocktail', ['q8'], [...checkpoint, units], {
			onProgress: ({ stage, subject, done, total }) => {
				if (stage === 'check') steps.push(`${subject} ${done}/${total}`);
			},
		});
		expect(steps).toEqual(['encoder 0/3', 'cross 1/3', 'decoder 2/3']);
		const source = new AvsrShelf(shelf);
		for (const graph of ['encoder', 'cross', 'decoder'] as const) {
			const way = { arithmetic: 'float32', provider: 'wasm' } as const;
			expect((await source.find(graphId(id, graph, way)))?.check.outputs).toBeDefined();
		}
		expect(await client.verifyModel('avsr-cocktail', id, {})).toEqual([]);

		const cue = longest();
		const by = (decoding: 'beam' | 'greedy') =>
			again(cue, {}, { ...settings, recogniser: 'avsr-cocktail', decoding });
		const [searched, greedy] = [await by('beam'), await by('greedy')];
		for (const { models, cues: found, problems } of [searched, greedy]) {
			expect(problems).toEqual([]);
			expect(models).toEqual([{ id: 'avsr-cocktail', provider: 'wasm', precision: 'q8' }]);
			// Made weights make up words, but words of their own units.
			expect(found.map(({ text }) => text).join(' ')).toMatch(/^U\d+/);
			for (const { startSeconds, endSeconds } of found.flatMap(({ words }) => words)) {
				expect(startSeconds).toBeGreaterThanOrEqual(cue.startSeconds);
				expect(endSeconds).toBeLessThanOrEqual(cue.endSeconds);
			}
		}
		expect(greedy.cues).not.toEqual(searched.cues);
		const plan = (await client.plans()).get('avsr-cocktail');
		expect(plan?.check).toMatchObject({ passed: true });
	}, 240_000);
});
