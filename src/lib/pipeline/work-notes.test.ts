import { describe, expect, test } from 'vitest';
import type { ModelUse } from '../domain/result.ts';
import type { MediaSource } from '../media/media-source.ts';
import { ConfabError } from '../support/errors.ts';
import { FakeMedia, FakeStages, MemoryStore, run, sessionOf, speaker, trackInfo } from './fakes.ts';

const uses: Readonly<Record<string, ModelUse>> = {
	score: { id: 'light-asd', provider: 'webgpu', precision: 'fp32' },
	lips: { id: 'yunet', provider: 'wasm', precision: 'fp32' },
	recognise: { id: 'embedded', provider: 'wasm', precision: 'q8', note: 'not webgpu: no word' },
};

/** Stages that use models and some time, lose a face, and whose decoders get round something in reading. */
class NotedStages extends FakeStages {
	readonly #damage = new Map<MediaSource, () => void>();
	constructor() {
		super();
		this.usesOf = (call) => {
			const use = call.startsWith('score lips')
				? uses['recognise']
				: uses[call.split(' ')[0] ?? ''];
			return use ? [use] : [];
		};
		this.open = (file, { onProblem } = {}) => {
			const media = new FakeMedia(trackInfo);
			this.#damage.set(media, () =>
				onProblem?.({ file: file.path, message: 'FFmpeg goes on from 3.20 s.' }),
			);
			return Promise.resolve(media);
		};
	}
	override async scoreTrack(...given: Parameters<FakeStages['scoreTrack']>) {
		await new Promise((done) => setTimeout(done, 20));
		this.#damage.get(given[0])?.();
		return super.scoreTrack(...given);
	}
	override async lips(...given: Parameters<FakeStages['lips']>) {
		const lips = await super.lips(...given);
		lips.seen.fill(0, 0, 5);
		await new Promise((done) => setTimeout(done, 20));
		return lips;
	}
}

const session = sessionOf(speaker('spk_0'), speaker('spk_1'));

describe('what is told of a run', () => {
	test('is told again when all of it comes from the store', async () => {
		const store = new MemoryStore();
		const first = await run(session, new NotedStages(), store);
		expect(first.problems.map(({ message }) => message)).toEqual([
			'FFmpeg goes on from 3.20 s.',
			'FFmpeg goes on from 3.20 s.',
			expect.stringContaining('No face is seen in 5 of 50 frames'),
			expect.stringContaining('No face is seen in 5 of 50 frames'),
		]);
		expect(first.report.models).toEqual(expect.arrayContaining(Object.values(uses)));
		const again = await run(session, new NotedStages(), store);
		expect(again.report.fromStore).toEqual(['activity', 'lips', 'recognition']);
		expect(again.problems).toEqual(first.problems);
		expect(again.report.models).toHaveLength(3);
		expect(again.report.models).toEqual(expect.arrayContaining(Object.values(uses)));
		for (const stage of ['activity', 'lips']) {
			expect(again.report.stages[stage]).toBeGreaterThan(0.035);
		}
		expect(again.report.stages['recognition']).toBeGreaterThan(0);
	});

	test('is told again of what a run had done before it was cut off', async () => {
		const store = new MemoryStore();
		const cut = new NotedStages();
		cut.onCall = (call) => {
			if (call.startsWith('recognise')) throw new ConfabError('DeviceLost', 'It went away.');
		};
		await expect(run(session, cut, store)).rejects.toThrow('It went away.');
		const { problems, report } = await run(session, new NotedStages(), store);
		expect(problems.map(({ message }) => message.slice(0, 8))).toEqual([
			'FFmpeg g',
			'FFmpeg g',
			'No face ',
			'No face ',
		]);
		expect(report.models).toEqual(expect.arrayContaining(Object.values(uses)));
	});

	test('names of models those alone that its own results come from', async () => {
		const store = new MemoryStore();
		await run(session, new NotedStages(), store);
		const settings = { detector: 'embedded' } as const;
		const { report, problems } = await run(session, new NotedStages(), store, { settings });
		expect(report.models).toEqual(expect.arrayContaining([uses['lips'], uses['recognise']]));
		expect(report.models).not.toContainEqual(uses['score']);
		expect(problems).toHaveLength(2);
	});

	test('is nothing for results of before it was kept, which still count', async () => {
		const store = new MemoryStore();
		await run(session, new NotedStages(), store);
		for (const [key, kept] of store.results) {
			store.results.set(key, (kept as { value: unknown }).value);
		}
		const stages = new NotedStages();
		const { problems, report } = await run(session, stages, store);
		expect(stages.calls).toEqual([]);
		expect(problems).toEqual([]);
		expect(report.models).toEqual([]);
	});
});
