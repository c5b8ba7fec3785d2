import { describe, expect, test } from 'vitest';
import type { JobEvent } from './job.ts';
import type { Session } from '../domain/session.ts';
import { defaultSettings } from '../domain/settings.ts';
import { present } from '../support/assert.ts';
import { isAbort } from '../support/abort.ts';
import { ConfabError } from '../support/errors.ts';
import {
	FakeMedia,
	FakeStages,
	MemoryStore,
	run,
	sessionOf,
	sourceFile,
	speaker,
	trackInfo,
} from './fakes.ts';
import { runAndKeep } from './run-and-keep.ts';

describe('a run', () => {
	test('takes every speaker through all stages, in the order of the metadata', async () => {
		const stages = new FakeStages();
		const events: JobEvent[] = [];
		const session = sessionOf(speaker('spk_0'), speaker('spk_1', [10]));
		const result = await run(session, stages, new MemoryStore(), { events });
		expect(result.speakers.map(({ transcript }) => transcript.cues)).toMatchObject([
			[{ startSeconds: 1, endSeconds: 3, text: 'spk_0' }],
			[{ startSeconds: 11, endSeconds: 13, text: 'spk_1' }],
		]);
		expect(result.durationSeconds).toBe(20);
		expect(result.scores).toBeNull();
		expect(result.report.fromStore).toEqual([]);
		expect(stages.calls).toContain('lips track 25-75');
		const started = events.filter(({ kind }) => kind === 'stage-started');
		expect(started.map((event) => 'stage' in event && event.stage)).toEqual([
			'decode',
			'activity',
			'segments',
			'lips',
			'recognition',
			'level',
			'conversations',
			'scores',
		]);
		expect(FakeMedia.open).toBe(0);
	});

	test('reports no stage that a session of its kind has not', async () => {
		const events: JobEvent[] = [];
		const store = new MemoryStore();
		const found: Session = { ...sessionOf(speaker('spk_0')), cast: 'found' };
		const first = await run(found, new FakeStages(), store, { events });
		const again = await run(found, new FakeStages(), store);
		const stages = Object.keys(first.report.stages);
		expect(stages).toContain('recognition');
		for (const other of ['decode', 'activity', 'segments', 'lips']) {
			expect(stages).not.toContain(other);
		}
		expect(again.report.fromStore).toEqual(['recognition']);
		const told = events.flatMap((event) => ('stage' in event ? [event.stage] : []));
		expect(told).toContain('recognition');
		expect(told).not.toContain('lips');
	});

	test('a second run computes nothing and says so', async () => {
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0'), speaker('spk_1'));
		await run(session, new FakeStages(), store);
		const again = new FakeStages();
		const result = await run(session, again, store);
		expect(again.calls).toEqual([]);
		expect(result.report.fromStore).toEqual(['activity', 'lips', 'recognition']);
	});

	test('another recogniser keeps the scores and recognises anew', async () => {
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0'));
		await run(session, new FakeStages(), store);
		const other = new FakeStages();
		other.recogniser = 'v2';
		await run(session, other, store);
		expect(other.calls).toEqual(['lips track 25-75', 'recognise spk_0']);
	});

	test('words that were found with other probabilities of speech are not taken for these', async () => {
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0', [0, 10]));
		await run(session, new FakeStages(), store);
		const other = new FakeStages();
		const { segment } = other;
		other.segment = (speakers) => {
			const segmented = segment.call(other, speakers, null, defaultSettings);
			// Within the first of the two segments.
			for (const { activity } of segmented.values()) activity.probabilities[30] = 0.5;
			return segmented;
		};
		await run(session, other, store);
		expect(other.calls).toEqual(['lips track 25-75', 'recognise spk_0']);
	});

	test('cancelled in the middle, it goes on where it was', async () => {
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0'), speaker('spk_1'), speaker('spk_2'));
		const controller = new AbortController();
		const first = new FakeStages();
		// Two of eight seconds are more than are recognised together.
		first.segmentSeconds = [[1, 9]];
		first.onCall = (call) => {
			if (call.startsWith('recognise spk_1')) controller.abort();
		};
		const cancelled = run(session, first, store, { signal: controller.signal });
		expect(isAbort(await cancelled.catch((thrown: unknown) => thrown))).toBe(true);
		expect(FakeMedia.open).toBe(0);
		const second = new FakeStages();
		second.segmentSeconds = first.segmentSeconds;
		const result = await run(session, second, store);
		expect(second.calls).toEqual(['lips track 25-225', 'recognise spk_2']);
		expect(result.speakers.every(({ transcript }) => transcript.cues.length === 1)).toBe(true);
	});

	test('segments are recognised together, and each is stored by itself', async () => {
		const stages = new FakeStages();
		stages.segmentSeconds = [
			[0, 4],
			[5, 10],
			[11, 16],
			[17, 18],
			[20, 40],
			[41, 42],
		];
		const file = 'speakers/spk_0/central_crops/track_00.mp4';
		const video = { ...present(trackInfo.video, 'picture'), frameCount: 1500 };
		stages.info.set(file, { ...trackInfo, durationSeconds: 60, video });
		const store = new MemoryStore();
		const result = await run(sessionOf(speaker('spk_0')), stages, store);
		// 15 s at most, unless one alone is longer.
		expect(stages.batches).toEqual([4, 1, 1]);
		const starts = result.speakers[0]?.transcript.cues.map(({ startSeconds }) => startSeconds);
		expect(starts).toEqual([0, 5, 11, 17, 20, 41]);
		const words = [...store.results.keys()].filter((key) => key.startsWith('recognition/'));
		expect(words).toHaveLength(6);
		// Those in the middle are missing: the others are not computed again.
		for (const key of words.slice(1, 3)) store.results.delete(key);
		stages.batches.length = 0;
		await run(sessionOf(speaker('spk_0')), stages, store);
		expect(stages.batches).toEqual([2]);
	});

	test('segments of short tracks and of several speakers fill a batch together', async () => {
		const stages = new FakeStages();
		const session = sessionOf(speaker('spk_0', [0, 10]), speaker('spk_1', [0, 10, 20]));
		const store = new MemoryStore();
		const events: JobEvent[] = [];
		const result = await run(session, stages, store, { events });
		expect(stages.batches).toEqual([5]);
		const starts = result.speakers.map(({ transcript }) =>
			transcript.cues.map(({ text, startSeconds }) => `${text} ${startSeconds}`),
		);
		expect(starts).toEqual([
			['spk_0 1', 'spk_0 11'],
			['spk_1 1', 'spk_1 11', 'spk_1 21'],
		]);
		const words = [...store.results.keys()].filter((key) => key.startsWith('recognition/'));
		expect(words).toHaveLength(5);
		const counts = events.flatMap((event) =>
			event.kind === 'progress' && event.stage === 'recognition'
				? [`${event.progress.subject} ${event.progress.done}/${event.progress.total}`]
				: [],
		);
		expect(counts).toEqual(['spk_0 1/2', 'spk_0 2/2', 'spk_1 1/3', 'spk_1 2/3', 'spk_1 3/3']);
	});

	test('what breaks amid a batch is told by its file, and costs nothing of the batch', async () => {
		const stages = new FakeStages();
		const broken = 'speakers/spk_0/central_crops/track_01.mp4';
		let opened = 0;
		stages.open = (file) => {
			// It is opened once to see that it can be, and broken when it is read.
			if (file.path === broken && ++opened > 2) {
				return Promise.reject(new ConfabError('UnsupportedMedia', 'It is cut short.'));
			}
			return Promise.resolve(new FakeMedia(trackInfo));
		};
		const session = sessionOf(speaker('spk_0', [0, 10]), speaker('spk_1'));
		const { problems, speakers } = await run(session, stages, new MemoryStore());
		expect(problems).toEqual([{ file: broken, message: 'It is cut short.' }]);
		expect(stages.batches).toEqual([2]);
		expect(speakers.map(({ transcript }) => transcript.cues.length)).toEqual([1, 1]);
		expect(FakeMedia.open).toBe(0);
	});

	test('a model that others made up for is told of', async () => {
		const stages = new FakeStages();
		stages.troubles = [{ file: 'yunet', message: 'It has failed.' }];
		const { problems } = await run(sessionOf(speaker('spk_0')), stages, new MemoryStore());
		expect(problems).toEqual(stages.troubles);
	});

	test('a run that is cancelled in its last batch ends as cancelled, with the batch stored', async () => {
		const stages = new FakeStages();
		const controller = new AbortController();
		stages.onCall = (call) => {
			if (call.startsWith('recognise')) controller.abort();
		};
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0'));
		const { signal } = controller;
		const thrown: unknown = await run(session, stages, store, { signal }).catch(
			(error: unknown) => error,
		);
		expect(isAbort(thrown)).toBe(true);
		expect([...store.results.keys()].filter((key) => key.startsWith('recognition/'))).toHaveLength(
			1,
		);
	});

	test('where another recogniser takes over, its words are stored as its own', async () => {
		const stages = new FakeStages();
		stages.recogniser = 'fast';
		stages.onCall = (call) => {
			if (call.startsWith('recognise')) stages.recogniser = 'sure';
		};
		const store = new MemoryStore();
		await run(sessionOf(speaker('spk_0')), stages, store);
		const words = [...store.results.keys()].filter((key) => key.startsWith('recognition/'));
		expect(words).toEqual([expect.stringContaining('-sure/')]);
	});

	test('a recogniser that does not look at lips gets none', async () => {
		const stages = new FakeStages();
		stages.needsLips = () => false;
		await run(sessionOf(speaker('spk_0')), stages, new MemoryStore());
		expect(stages.calls.filter((call) => call.startsWith('lips'))).toEqual([]);
		expect(stages.calls).toContain('recognise spk_0');
	});

	test('a stored result of another form is computed anew', async () => {
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0'));
		await run(session, new FakeStages(), store);
		for (const key of store.results.keys()) store.results.set(key, { from: 'another version' });
		const again = new FakeStages();
		await run(session, again, store);
		expect(again.calls.map((call) => call.split(' ')[0])).toEqual([
			'voice',
			'score',
			'lips',
			'recognise',
		]);
	});
});

describe('what a session brings', () => {
	const scores = 'speakers/spk_0/central_crops/track_00_asd.json';
	const lips = 'speakers/spk_0/central_crops/track_00_lip.av.mp4';

	function prepared(lipContent = lips): Session {
		const { tracks, ...rest } = speaker('spk_0');
		const files = { activity: sourceFile(scores), lips: sourceFile(lips, lipContent) };
		return sessionOf({ ...rest, tracks: tracks.map((track) => ({ ...track, ...files })) });
	}
	const calls = async (
		stages: FakeStages,
		session: Session,
		store = new MemoryStore(),
		settings: Partial<typeof defaultSettings> = {},
	): Promise<readonly string[]> => {
		await run(session, stages, store, { settings });
		return stages.calls.filter((call) => !call.startsWith('voice'));
	};

	test('is used instead of computed', async () => {
		const stages = new FakeStages();
		expect(await calls(stages, prepared())).toEqual([
			`parse ${scores}`,
			'lips clip 25-75',
			'recognise spk_0',
		]);
	});

	test('is left alone when all is to be computed', async () => {
		const settings = { recompute: true };
		const done = await calls(new FakeStages(), prepared(), new MemoryStore(), settings);
		expect(done).toEqual(['score 0', 'lips track 25-75', 'recognise spk_0']);
	});

	test('is computed where it is broken, and told of', async () => {
		const stages = new FakeStages();
		stages.info.set(scores, new ConfabError('InvalidSession', 'It is not JSON.'));
		stages.info.set(lips, new ConfabError('UnsupportedMedia', 'It is cut short.'));
		const { problems, speakers } = await run(prepared(), stages, new MemoryStore());
		expect(problems.map(({ file }) => file)).toEqual([scores, lips]);
		expect(stages.calls).toEqual(expect.arrayContaining(['score 0', 'lips track 25-75']));
		expect(speakers[0]?.transcript.cues).toHaveLength(1);
	});

	test('needs no models of the face', async () => {
		const stages = new FakeStages();
		for (const id of ['landmarks', 'face-mesh'])
			stages.missing.set(id, 'It is not on this machine.');
		const { problems, speakers } = await run(prepared(), stages, new MemoryStore());
		expect(problems).toEqual([]);
		expect(speakers[0]?.transcript.cues).toHaveLength(1);
		const { problems: told } = await run(sessionOf(speaker('spk_0')), stages, new MemoryStore());
		expect(told[0]?.message).toContain('No words were recognised');
	});

	test('counts by its content: another lip clip makes other words', async () => {
		const store = new MemoryStore();
		await calls(new FakeStages(), prepared(), store);
		const again = await calls(new FakeStages(), prepared('other lips'), store);
		expect(again).toContain('recognise spk_0');
	});
});

describe('who tells who speaks', () => {
	const withClip = (): Session => {
		const { tracks, ...rest } = speaker('spk_0');
		const lips = sourceFile('speakers/spk_0/central_crops/track_00_lip.av.mp4');
		const activity = sourceFile('speakers/spk_0/central_crops/track_00_asd.json');
		return sessionOf({ ...rest, tracks: tracks.map((track) => ({ ...track, lips, activity })) });
	};
	const embedded = { settings: { detector: 'embedded' } } as const;
	const instead =
		'Light-ASD is not on this machine. The embedded recogniser tells who speaks instead, from lips and sound; it knows few faces.';
	const detected = (stages: FakeStages): readonly string[] =>
		stages.calls.filter((call) => /^(voice|score|parse)/.test(call));

	test('the embedded recogniser, where it is asked to: from lip clips, and it alone', async () => {
		const stages = new FakeStages();
		const store = new MemoryStore();
		await run(withClip(), stages, store, embedded);
		expect(detected(stages)).toEqual(['score lips clip 0']);
		const again = new FakeStages();
		await run(withClip(), again, store, embedded);
		expect(again.calls).toEqual([]);
	});

	test('from faces, where there is no clip, a broken one, or all is to be computed', async () => {
		const plain = new FakeStages();
		await run(sessionOf(speaker('spk_0')), plain, new MemoryStore(), embedded);
		expect(detected(plain)).toEqual(['score lips track 0']);
		const broken = new FakeStages();
		const path = 'speakers/spk_0/central_crops/track_00_lip.av.mp4';
		broken.info.set(path, new ConfabError('UnsupportedMedia', 'It is cut short.'));
		const { problems } = await run(withClip(), broken, new MemoryStore(), embedded);
		expect(detected(broken)).toEqual(['score lips track 0']);
		expect(problems[0]?.file).toBe(path);
		const anew = new FakeStages();
		const settings = { ...embedded.settings, recompute: true };
		await run(withClip(), anew, new MemoryStore(), { settings });
		expect(detected(anew)).toEqual(['score lips track 0']);
	});

	test('another one than asked for is told of, and named in the result', async () => {
		const stages = new FakeStages();
		stages.missing.set('light-asd-head', 'Light-ASD is not on this machine.');
		const { problems, settings } = await run(
			sessionOf(speaker('spk_0')),
			stages,
			new MemoryStore(),
		);
		expect(detected(stages)).toEqual(['score lips track 0']);
		expect(problems).toMatchObject([{ message: instead }]);
		expect(settings.detector).toBe('embedded');
	});

	test('nobody is asked where the session brings all scores', async () => {
		const stages = new FakeStages();
		stages.missing.set('light-asd-head', 'Light-ASD is not on this machine.');
		const { problems } = await run(withClip(), stages, new MemoryStore());
		expect(detected(stages)).toEqual([
			'parse speakers/spk_0/central_crops/track_00_asd.json',
			'voice session',
		]);
		expect(problems).toEqual([]);
	});

	test('another one for all of them, where one of the scores that the session brings is broken', async () => {
		const stages = new FakeStages();
		stages.missing.set('light-asd-head', 'Light-ASD is not on this machine.');
		const activity = 'speakers/spk_0/central_crops/track_00_asd.json';
		stages.info.set(activity, new ConfabError('InvalidSession', 'It is not JSON.'));
		const session = sessionOf(...withClip().speakers, {
			...speaker('spk_1'),
			tracks: speaker('spk_1').tracks.map((track) => ({ ...track, activity: sourceFile('asd') })),
		});
		const { problems, settings, speakers } = await run(session, stages, new MemoryStore());
		expect(detected(stages)).toEqual([
			`parse ${activity}`,
			'parse asd',
			'score lips clip 0',
			'score lips track 0',
		]);
		expect(problems.map(({ message }) => message)).toEqual(['It is not JSON.', instead]);
		expect(settings.detector).toBe('embedded');
		expect(speakers.map(({ transcript }) => transcript.cues.length)).toEqual([1, 1]);
	});
});

describe('what goes wrong', () => {
	test('a broken track is told of and the others go on', async () => {
		const stages = new FakeStages();
		const session = sessionOf(speaker('spk_0'), speaker('spk_1'));
		const path = 'speakers/spk_0/central_crops/track_00.mp4';
		stages.info.set(path, new ConfabError('UnsupportedMedia', 'It is cut short.'));
		const result = await run(session, stages, new MemoryStore());
		expect(result.problems).toEqual([{ file: path, message: 'It is cut short.' }]);
		expect(result.speakers.map(({ transcript }) => transcript.cues.length)).toEqual([0, 1]);
	});

	test('a track without sound is told of by name', async () => {
		const stages = new FakeStages();
		const session = sessionOf(speaker('spk_0'), speaker('spk_1'));
		const path = 'speakers/spk_1/central_crops/track_00.mp4';
		stages.info.set(path, { ...trackInfo, audio: null });
		const { problems } = await run(session, stages, new MemoryStore());
		expect(problems).toMatchObject([{ file: path, message: expect.stringContaining('no sound') }]);
	});

	test('no usable track at all is an error that lists every finding', async () => {
		const stages = new FakeStages();
		const session = sessionOf(speaker('spk_0', [0, 10]));
		for (const { video } of session.speakers[0]?.tracks ?? []) {
			stages.info.set(video.path, new ConfabError('UnsupportedMedia', 'It is empty.'));
		}
		await expect(run(session, stages, new MemoryStore())).rejects.toMatchObject({
			code: 'UnsupportedMedia',
			problems: [{ message: 'It is empty.' }, { message: 'It is empty.' }],
		});
	});

	test('a full disk is told once and costs no result', async () => {
		const store = new MemoryStore();
		store.limit = 2;
		const result = await run(
			sessionOf(speaker('spk_0'), speaker('spk_1')),
			new FakeStages(),
			store,
		);
		expect(result.problems).toHaveLength(1);
		expect(result.problems[0]?.message).toContain('The disk is full.');
		expect(result.speakers.every(({ transcript }) => transcript.cues.length === 1)).toBe(true);
	});

	test('without a recogniser there are still conversations', async () => {
		const stages = new FakeStages();
		stages.recogniserMissing = true;
		const result = await run(sessionOf(speaker('spk_0')), stages, new MemoryStore());
		expect(result.conversations.clusters.size).toBe(1);
		expect(result.problems[0]?.message).toContain('No words were recognised');
	});

	test('a fault of our own is not swallowed', async () => {
		const stages = new FakeStages();
		stages.onCall = (call) => {
			if (call.startsWith('score')) throw new TypeError('a fault');
		};
		await expect(run(sessionOf(speaker('spk_0')), stages, new MemoryStore())).rejects.toThrow(
			'a fault',
		);
		expect(FakeMedia.open).toBe(0);
	});
});

describe('keeping the result', () => {
	const fakes = new FakeStages();
	const options = {
		settings: defaultSettings,
		ports: fakes.ports,
		path: fakes.path,
		onEvent: () => undefined,
	};

	test('the library knows of a session from its start, and of its result at the end', async () => {
		const order: string[] = [];
		const store = {
			volatile: null,
			results: new MemoryStore(),
			sessions: { begin: () => Promise.resolve(void order.push('begin')) },
			runs: { put: () => Promise.resolve(void order.push('run')) },
		};
		const { problems } = await runAndKeep(sessionOf(speaker('spk_0')), store, options);
		expect(order).toEqual(['begin', 'run']);
		expect(problems).toEqual([]);
	});

	test('a store that takes no more costs no result', async () => {
		const full = (): Promise<void> =>
			Promise.reject(new ConfabError('StorageFull', 'The disk is full.'));
		const results = new MemoryStore();
		results.limit = 0;
		const store = { volatile: null, results, sessions: { begin: full }, runs: { put: full } };
		const result = await runAndKeep(sessionOf(speaker('spk_0')), store, options);
		expect(result.speakers[0]?.transcript.cues).toHaveLength(1);
		expect(result.problems.map(({ message }) => message)).toEqual([
			expect.stringContaining('lost when this tab closes'),
			'The disk is full. The run goes on.',
			'The disk is full. This result is not kept: download it before you close the tab.',
		]);
	});

	test('a store that cannot be read is gone without', async () => {
		const store = new MemoryStore();
		store.get = () => Promise.reject(new ConfabError('StorageFull', 'It cannot be opened.'));
		const result = await run(sessionOf(speaker('spk_0')), new FakeStages(), store);
		expect(result.speakers[0]?.transcript.cues).toHaveLength(1);
		expect(result.problems).toHaveLength(1);
	});
});
