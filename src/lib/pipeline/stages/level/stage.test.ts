import { expect, test } from 'vitest';
import type { Layer } from '../../../domain/layer.ts';
import type { AudioBlock, MediaInfo } from '../../../media/media-source.ts';
import { ConfabError } from '../../../support/errors.ts';
import {
	FakeMedia,
	FakeStages,
	MemoryStore,
	run,
	sessionOf,
	sourceFile,
	speaker,
	trackInfo,
} from '../../fakes.ts';

/** Half a second of a square wave of a tenth of full scale, a hole of half a second, and silence. */
class Loud extends FakeMedia {
	override async *audio(): AsyncGenerator<AudioBlock> {
		const samples = Float32Array.from({ length: 8000 }, (_, i) => (i % 2 === 0 ? 0.1 : -0.1));
		yield await Promise.resolve({ startSample: 0, samples });
		yield { startSample: 16_000, samples: new Float32Array(8000) };
	}
}

const session = { ...sessionOf(speaker('spk_0')), recording: sourceFile('central_video.mp4') };

function stagesWith(info: MediaInfo | ConfabError, opened: string[] = []): FakeStages {
	const stages = new FakeStages();
	stages.open = (file) => {
		opened.push(file.path);
		if (file.path !== session.recording.path) return Promise.resolve(new FakeMedia(trackInfo));
		if (info instanceof ConfabError) return Promise.reject(info);
		return Promise.resolve(new Loud(info));
	};
	return stages;
}

test('the level of the recording is a layer of the result, at 25 values a second', async () => {
	const { layers } = await run(session, stagesWith(trackInfo), new MemoryStore());
	expect(layers).toHaveLength(1);
	const [layer] = layers;
	if (layer?.shape !== 'series') throw new Error('no series');
	expect(layer).toMatchObject({ kind: 'level', version: 1, personId: null, rateHz: 25 });
	expect(layer.channels.map(({ name }) => name)).toEqual(['rms_dbfs', 'peak_dbfs']);
	for (const { values } of layer.channels) {
		expect(values).toHaveLength(38);
		for (const value of values.subarray(0, 12)) expect(value).toBeCloseTo(-20, 3);
		expect([...values.subarray(13)]).toEqual(Array.from({ length: 25 }, () => -Infinity));
	}
});

test('it is stored, and not measured again', async () => {
	const store = new MemoryStore();
	const first = await run(session, stagesWith(trackInfo), store);
	const opened: string[] = [];
	const again = await run(session, stagesWith(trackInfo, opened), store);
	expect(again.layers).toEqual(first.layers);
	expect(again.report.fromStore).toContain('level');
	expect(opened.filter((path) => path === session.recording.path)).toEqual([]);
});

test('what was stored in another form is measured again', async () => {
	const store = new MemoryStore();
	const { layers } = await run(session, stagesWith(trackInfo), store);
	const key = [...store.results.keys()].find((one) => one.startsWith('level/')) ?? '';
	store.results.set(key, { kind: 'level' });
	expect((await run(session, stagesWith(trackInfo), store)).layers).toEqual(layers);
});

const none: readonly Layer[] = [];

test('a session without a recording, or one without sound, has none', async () => {
	const { layers } = await run(sessionOf(speaker('spk_0')), new FakeStages(), new MemoryStore());
	expect(layers).toEqual(none);
	const silent = await run(session, stagesWith({ ...trackInfo, audio: null }), new MemoryStore());
	expect(silent.layers).toEqual(none);
});

test('a recording that cannot be read costs its level alone, and is reported once', async () => {
	const broken = new ConfabError('UnsupportedMedia', 'It is cut short.');
	const { layers, problems, speakers } = await run(session, stagesWith(broken), new MemoryStore());
	expect(layers).toEqual(none);
	expect(speakers).toHaveLength(1);
	const own = problems.filter(({ file }) => file === session.recording.path);
	expect(own).toEqual([{ file: session.recording.path, message: 'It is cut short.' }]);
});
