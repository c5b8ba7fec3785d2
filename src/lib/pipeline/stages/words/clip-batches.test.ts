import { describe, expect, test } from 'vitest';
import type { JobEvent } from '../../job.ts';
import { bucketOf, frameBuckets } from '../../../recognisers/avsr/graphs.ts';
import { isAbort } from '../../../support/abort.ts';
import { present } from '../../../support/assert.ts';
import { FakeStages, MemoryStore, run, sessionOf, speaker, trackInfo } from '../../fakes.ts';

const batching = { frames: 1500, padTo: bucketOf };
const mostClips = (bucket: number): number => batching.frames / bucket;

/** 173 segments of one to fifteen seconds in one long track, each length about as often. */
const segments = Array.from({ length: 173 }, (_, i) => {
	const seconds = 1 + ((i * 67) % 141) / 10;
	return [i * 20, i * 20 + seconds] as const;
});

class BatchedStages extends FakeStages {
	/** Frames of the clips of each call. */
	readonly handed: number[][] = [];
	constructor() {
		super();
		this.batch = batching;
		this.segmentSeconds = segments;
		const video = { ...present(trackInfo.video, 'picture'), frameCount: 173 * 20 * 25 };
		const path = 'speakers/spk_0/central_crops/track_00.mp4';
		this.info.set(path, { ...trackInfo, durationSeconds: 173 * 20, video });
	}
	override lips(...[, , range]: Parameters<FakeStages['lips']>): ReturnType<FakeStages['lips']> {
		const seen = new Uint8Array(range.endFrame - range.startFrame).fill(1);
		return Promise.resolve({ data: new Uint8Array(), seen });
	}
	override recognise(
		...given: Parameters<FakeStages['recognise']>
	): ReturnType<FakeStages['recognise']> {
		const [clips] = given;
		this.handed.push(clips.map(({ lips }) => lips.seen.length));
		return super.recognise(...given);
	}
}

const session = sessionOf(speaker('spk_0'));

describe('clips for a recogniser that runs several of one padded length at once', () => {
	test('come in full batches of one length each, but for the last of each length', async () => {
		const stages = new BatchedStages();
		const { speakers } = await run(session, stages, new MemoryStore());
		expect(speakers[0]?.transcript.cues.map(({ startSeconds }) => startSeconds)).toEqual(
			segments.map(([start]) => start),
		);
		const lengths = stages.handed.map((frames) => new Set(frames.map(bucketOf)));
		expect(lengths.every(({ size }) => size === 1)).toBe(true);
		for (const bucket of frameBuckets) {
			const counts = stages.handed.filter(([frames]) => bucketOf(frames ?? 0) === bucket);
			const partial = counts.filter(({ length }) => length !== mostClips(bucket));
			expect(counts.length).toBeGreaterThan(2);
			expect(partial.length).toBeLessThanOrEqual(1);
			expect(Math.max(...counts.map(({ length }) => length))).toBe(mostClips(bucket));
		}
	});

	test('are stored as soon as their batch is done, and read once when a run goes on', async () => {
		const stages = new BatchedStages();
		const controller = new AbortController();
		stages.onCall = (call) => {
			if (call.startsWith('recognise') && stages.handed.length === 5) controller.abort();
		};
		const store = new MemoryStore();
		const { signal } = controller;
		const cut: unknown = await run(session, stages, store, { signal }).catch((e: unknown) => e);
		expect(isAbort(cut)).toBe(true);
		const known = stages.handed.flat().length;
		const words = [...store.results.keys()].filter((key) => key.startsWith('recognition/'));
		expect(words).toHaveLength(known);
		const again = new BatchedStages();
		await run(session, again, store);
		expect(again.handed.flat()).toHaveLength(173 - known);
	});

	test('are told of when they are read, and when their words are known', async () => {
		const stages = new BatchedStages();
		const events: JobEvent[] = [];
		await run(session, stages, new MemoryStore(), { events });
		const done = { lips: 0, recognition: 0 };
		let most = 0;
		for (const event of events) {
			if (event.kind !== 'progress') continue;
			const { stage, progress } = event;
			if (stage !== 'lips' && stage !== 'recognition') continue;
			expect(progress).toMatchObject({ done: done[stage] + 1, total: 173 });
			done[stage] = progress.done;
			most = Math.max(most, done.lips - done.recognition);
		}
		expect(done).toEqual({ lips: 173, recognition: 173 });
		// Less than a full batch of each length waits beside the one that is recognised.
		expect(most).toBeLessThan(frameBuckets.reduce((sum, bucket) => sum + mostClips(bucket), 0));
	});

	test('come as they did before where another recogniser takes over that does not care', async () => {
		const stages = new BatchedStages();
		stages.onCall = (call) => {
			if (call.startsWith('recognise')) stages.batch = null;
		};
		const { speakers } = await run(session, stages, new MemoryStore());
		expect(speakers[0]?.transcript.cues).toHaveLength(173);
		expect(stages.handed.flat()).toHaveLength(173);
		const later = stages.handed.slice(1, -frameBuckets.length);
		for (const frames of later) {
			expect(frames.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(375);
		}
	});
});

test('a clip that is cut into chunks counts as so many', async () => {
	const stages = new BatchedStages();
	stages.segmentSeconds = [
		[0, 40],
		[50, 65],
		[70, 85],
		[90, 105],
	];
	await run(session, stages, new MemoryStore());
	expect(stages.handed).toEqual([
		[1000, 375],
		[375, 375],
	]);
});
