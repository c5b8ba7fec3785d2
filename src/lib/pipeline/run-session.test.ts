import { describe, expect, test } from 'vitest';
import type { JobEvent } from '../domain/job.ts';
import type { Session, SourceFile, Speaker } from '../domain/session.ts';
import { defaultSettings } from '../domain/settings.ts';
import type { MediaInfo, MediaSource } from '../media/media-source.ts';
import { isAbort } from '../support/abort.ts';
import { ConfabError } from '../support/errors.ts';
import type { ResultStore } from './result-cache.ts';
import { runAndKeep } from './run-and-keep.ts';
import { runSession } from './run-session.ts';
import type { Stages, StoredStage } from './stages.ts';

function sourceFile(path: string, content = path): SourceFile {
	const blob = new Blob([content]);
	return { path, size: blob.size, open: () => Promise.resolve(blob) };
}

function speaker(id: string, trackStarts: readonly number[] = [0]): Speaker {
	return {
		id,
		uem: { startSeconds: 0, endSeconds: 20 },
		tracks: trackStarts.map((startSeconds, index) => ({
			id: `track_0${index}`,
			video: sourceFile(`speakers/${id}/central_crops/track_0${index}.mp4`),
			startSeconds,
			frameStart: startSeconds * 25,
			boxes: null,
			activity: null,
			lips: null,
		})),
	};
}

function sessionOf(...speakers: Speaker[]): Session {
	return {
		name: 'party',
		id: 'party-id',
		centralVideo: null,
		speakers,
		labels: null,
		problems: [],
	};
}

const trackInfo: MediaInfo = {
	durationSeconds: 10,
	video: { width: 224, height: 224, codec: 'avc', frameCount: 250 },
	audio: { sampleRateHz: 16000, channels: 1, codec: 'aac' },
	decoder: 'webcodecs',
};

class FakeMedia implements MediaSource {
	static open = 0;
	readonly info: MediaInfo;
	constructor(info: MediaInfo) {
		this.info = info;
		FakeMedia.open += 1;
	}
	audio = (): never => {
		throw new Error('the fake stages read no sound');
	};
	frames = (): never => {
		throw new Error('the fake stages read no pictures');
	};
	close(): Promise<void> {
		FakeMedia.open -= 1;
		return Promise.resolve();
	}
}

/** Everyone talks from 1 s to 3 s of each track and says the file's name. */
class FakeStages implements Stages {
	readonly calls: string[] = [];
	readonly info = new Map<string, MediaInfo | ConfabError>();
	versions: Partial<Record<StoredStage, string>> = {};
	recogniserMissing = false;
	onCall: (call: string) => void = () => undefined;

	#call(name: string, subject: string): void {
		this.calls.push(`${name} ${subject}`);
		this.onCall(`${name} ${subject}`);
	}
	version(stage: StoredStage): Promise<string> {
		if (stage === 'recognition' && this.recogniserMissing) {
			return Promise.reject(new ConfabError('ModelUnavailable', 'It is not on this machine.'));
		}
		return Promise.resolve(this.versions[stage] ?? 'v1');
	}
	open(file: SourceFile): Promise<MediaSource> {
		const info = this.info.get(file.path) ?? trackInfo;
		if (info instanceof ConfabError) return Promise.reject(info);
		return Promise.resolve(new FakeMedia(info));
	}
	voiceActivity(): Promise<Float32Array> {
		this.#call('voice', 'session');
		return Promise.resolve(new Float32Array(250));
	}
	scoreTrack(_media: MediaSource, frameStart: number): ReturnType<Stages['scoreTrack']> {
		this.#call('score', String(frameStart));
		return Promise.resolve({ frameStart, scores: new Float32Array(250) });
	}
	parseScores(file: SourceFile): ReturnType<Stages['parseScores']> {
		this.#call('parse', file.path);
		return Promise.resolve({ frameStart: 0, scores: new Float32Array(250) });
	}
	segment(speakers: Parameters<Stages['segment']>[0]): ReturnType<Stages['segment']> {
		return new Map(
			speakers.map(({ speakerId, tracks }) => [
				speakerId,
				{
					activity: { speakerId, frameStart: 0, probabilities: new Float32Array(250) },
					segments: tracks.map(({ trackId, startSeconds }) => ({
						speakerId,
						trackId,
						startSeconds: startSeconds + 1,
						endSeconds: startSeconds + 3,
						meanProbability: 0.9,
					})),
				},
			]),
		);
	}
	audio(): Promise<Float32Array> {
		return Promise.resolve(new Float32Array(160_000));
	}
	lips(...[, source, range]: Parameters<Stages['lips']>): ReturnType<Stages['lips']> {
		this.#call('lips', `${source} ${range.startFrame}-${range.endFrame}`);
		const frames = range.endFrame - range.startFrame;
		const seen = new Uint8Array(frames).fill(1);
		return Promise.resolve({ data: new Uint8Array(frames * 96 * 96), seen });
	}
	recognise(
		...[lips, audio, segment]: Parameters<Stages['recognise']>
	): ReturnType<Stages['recognise']> {
		expect(audio.length).toBe(lips.seen.length * 640);
		this.#call('recognise', segment.speakerId);
		const { startSeconds, endSeconds, speakerId } = segment;
		return Promise.resolve([
			{ startSeconds, endSeconds, text: speakerId, words: [], confidence: 1 },
		]);
	}
	converse(activities: Parameters<Stages['converse']>[0]): ReturnType<Stages['converse']> {
		const clusters = new Map(activities.map(({ speakerId }) => [speakerId, 0]));
		return { clusters, evidence: [], confidence: 1 };
	}
	score(): never {
		throw new Error('there are no labels');
	}
	uses(): [] {
		return [];
	}
}

class MemoryStore implements ResultStore {
	readonly results = new Map<string, unknown>();
	limit = Infinity;
	get(key: string): Promise<unknown> {
		return Promise.resolve(this.results.get(key));
	}
	put(key: string, value: unknown): Promise<void> {
		if (this.results.size >= this.limit) {
			return Promise.reject(new ConfabError('StorageFull', 'The disk is full.'));
		}
		this.results.set(key, value);
		return Promise.resolve();
	}
}

function run(
	session: Session,
	stages: Stages,
	store: ResultStore,
	more: {
		signal?: AbortSignal;
		settings?: Partial<typeof defaultSettings>;
		events?: JobEvent[];
	} = {},
): ReturnType<typeof runSession> {
	return runSession(session, {
		settings: { ...defaultSettings, ...more.settings },
		stages,
		store,
		signal: more.signal,
		onEvent: (event) => more.events?.push(event),
	});
}

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
		expect(stages.calls).toContain('lips track 25-75');
		const started = events.filter(({ kind }) => kind === 'stage-started');
		expect(started.map((event) => 'stage' in event && event.stage)).toEqual([
			'decode',
			'activity',
			'segments',
			'lips',
			'recognition',
			'conversations',
			'scores',
		]);
		expect(FakeMedia.open).toBe(0);
	});

	test('a second run computes nothing and says so', async () => {
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0'), speaker('spk_1'));
		await run(session, new FakeStages(), store);
		const again = new FakeStages();
		const result = await run(session, again, store);
		expect(again.calls).toEqual([]);
		expect(result.report.fromStore).toEqual(
			expect.arrayContaining(['activity', 'lips', 'recognition']),
		);
	});

	test('another recogniser keeps the scores and recognises anew', async () => {
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0'));
		await run(session, new FakeStages(), store);
		const other = new FakeStages();
		other.versions = { recognition: 'v2' };
		await run(session, other, store);
		expect(other.calls).toEqual(['lips track 25-75', 'recognise spk_0']);
	});

	test('cancelled in the middle, it goes on where it was', async () => {
		const store = new MemoryStore();
		const session = sessionOf(speaker('spk_0'), speaker('spk_1'), speaker('spk_2'));
		const controller = new AbortController();
		const first = new FakeStages();
		first.onCall = (call) => {
			if (call.startsWith('recognise spk_1')) controller.abort();
		};
		const cancelled = run(session, first, store, { signal: controller.signal });
		expect(isAbort(await cancelled.catch((thrown: unknown) => thrown))).toBe(true);
		expect(FakeMedia.open).toBe(0);
		const second = new FakeStages();
		const result = await run(session, second, store);
		expect(second.calls).toEqual(['lips track 25-75', 'recognise spk_2']);
		expect(result.speakers.every(({ transcript }) => transcript.cues.length === 1)).toBe(true);
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

describe('keeping the outcome', () => {
	const options = {
		settings: defaultSettings,
		stages: new FakeStages(),
		onEvent: () => undefined,
	};

	test('the library knows of a session from its start, and its outcome at the end', async () => {
		const order: string[] = [];
		const store = {
			volatile: null,
			results: new MemoryStore(),
			sessions: { begin: () => Promise.resolve(void order.push('begin')) },
			outcomes: { put: () => Promise.resolve(void order.push('outcome')) },
		};
		const { problems } = await runAndKeep(sessionOf(speaker('spk_0')), store, options);
		expect(order).toEqual(['begin', 'outcome']);
		expect(problems).toEqual([]);
	});

	test('a store that takes no more costs no result', async () => {
		const full = (): Promise<void> =>
			Promise.reject(new ConfabError('StorageFull', 'The disk is full.'));
		const results = new MemoryStore();
		results.limit = 0;
		const store = { volatile: null, results, sessions: { begin: full }, outcomes: { put: full } };
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
