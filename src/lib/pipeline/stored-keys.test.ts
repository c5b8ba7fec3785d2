import { describe, expect, test } from 'vitest';
import type { RunSettings } from '../domain/settings.ts';
import { FakeStages, MemoryStore, run, sessionOf, sourceFile, speaker } from './fakes.ts';

/** spk_0 talks alone in both tracks, so that voices are compared. */
class TalkingStages extends FakeStages {
	override recogniser = '<embedded>';
	override voiceActivity(): Promise<Float32Array> {
		return Promise.resolve(new Float32Array(500));
	}
	override segment(...given: Parameters<FakeStages['segment']>): ReturnType<FakeStages['segment']> {
		const segmented = [...super.segment(...given)];
		return new Map(
			segmented.map(([speakerId, { segments }]) => {
				const probabilities = new Float32Array(500).fill(0.05);
				if (speakerId === 'spk_0') probabilities.fill(0.95, 25, 100).fill(0.95, 300, 375);
				return [speakerId, { segments, activity: { speakerId, frameStart: 0, probabilities } }];
			}),
		);
	}
}

const session = sessionOf(speaker('spk_0', [0, 10]), speaker('spk_1'));

async function keysOf(of: typeof session, settings: Partial<RunSettings>): Promise<string[]> {
	const store = new MemoryStore();
	await run(of, new TalkingStages(), store, { settings });
	return [...store.results.keys()];
}

test('what stands in for a model names itself in the key', async () => {
	const store = new MemoryStore();
	const stages = new TalkingStages();
	for (const id of ['yunet', 'landmarks']) stages.missing.set(id, 'It is not on this machine.');
	const { problems } = await run(session, stages, store, { settings: { detector: 'embedded' } });
	expect(problems).toEqual([]);
	const keys = [...store.results.keys()];
	expect(keys[0]).toContain('/1-<embedded>-<face-detection>-<face-mesh>/track/');
	expect(keys.at(-1)).toContain('/1-<face-detection>-<face-mesh>-<embedded>/track/');
});

/** Written down from version 0.1: what is stored on people's machines is found by these. */
describe('keys of stored results', () => {
	test('by faces and voices', async () => {
		const whole = { ...session, recording: sourceFile('central.mp4') };
		const asd = '<light-asd-visual>-<light-asd-audio>-<light-asd-head>';
		expect(await keysOf(whole, {})).toEqual([
			'voice/13bd05258a94c1dc4fea61f3b0092737/1-<silero-vad>',
			`activity/5ae2ee7383c53b99337949dbd0cddb9d/1-${asd}-1-int16/0`,
			`activity/eed405d78f2ba6ef4d6d9ad200db1b15/1-${asd}-1-int16/250`,
			`activity/6811f2a81b6c20d3961521c938047caa/1-${asd}-1-int16/0`,
			'voices/13bd05258a94c1dc4fea61f3b0092737/2-<voice-bilstm>/e224a1d71eabbd0b5f998e8b7c142dda',
			'recognition/5ae2ee7383c53b99337949dbd0cddb9d/1-<yunet>-<landmarks>-<embedded>/track/25/75/9ab29cc79792e252',
			'recognition/eed405d78f2ba6ef4d6d9ad200db1b15/1-<yunet>-<landmarks>-<embedded>/track/25/75/a9fa80c89480e69d',
			'recognition/6811f2a81b6c20d3961521c938047caa/1-<yunet>-<landmarks>-<embedded>/track/25/75/716d2ee548326b5e',
			'level/13bd05258a94c1dc4fea61f3b0092737/1',
		]);
	});

	test('in the ways of the challenge baseline', async () => {
		const asd = '<light-asd-visual>-<light-asd-audio>-<light-asd-head>';
		const keys = await keysOf(session, { conversations: 'baseline', audioScale: 'unit' });
		expect(keys.filter((key) => key.startsWith('activity'))).toEqual([
			`activity/5ae2ee7383c53b99337949dbd0cddb9d/1-${asd}-123456-unit/0`,
			`activity/eed405d78f2ba6ef4d6d9ad200db1b15/1-${asd}-123456-unit/250`,
			`activity/6811f2a81b6c20d3961521c938047caa/1-${asd}-123456-unit/0`,
		]);
	});

	test('by lips, from a clip and from a face', async () => {
		const lips = sourceFile('lips.mp4');
		const withClips = sessionOf(
			...session.speakers.map((known) => ({
				...known,
				tracks: known.tracks.map((track, i) => (i === 0 ? { ...track, lips } : track)),
			})),
		);
		expect(new Set(await keysOf(withClips, { detector: 'embedded' }))).toEqual(
			new Set([
				'activity/b3f6bd6b64f1bb9cc025ca722a97ffa3/1-<embedded>/clip/0',
				'activity/eed405d78f2ba6ef4d6d9ad200db1b15/1-<embedded>-<yunet>-<landmarks>/track/250',
				'recognition/b3f6bd6b64f1bb9cc025ca722a97ffa3/1-<embedded>/clip/25/75/9ab29cc79792e252',
				'recognition/eed405d78f2ba6ef4d6d9ad200db1b15/1-<yunet>-<landmarks>-<embedded>/track/25/75/a9fa80c89480e69d',
				'recognition/b3f6bd6b64f1bb9cc025ca722a97ffa3/1-<embedded>/clip/25/75/716d2ee548326b5e',
			]),
		);
	});
});
