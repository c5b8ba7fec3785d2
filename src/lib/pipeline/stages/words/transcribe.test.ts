import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../domain/settings.ts';
import { noFaceGrey } from '../../../perception/lips/lip-crop.ts';
import { FakeMedia, FakeStages, MemoryStore, sourceFile, trackInfo } from '../../fakes.ts';
import { lipModelIds } from '../../lip-blocks.ts';
import type { SegmentClip } from '../../segment-clip.ts';
import { Work } from '../../work.ts';
import type { SegmentedSpeaker } from '../segments/segment-speakers.ts';
import { wordsStage } from './stage.ts';

/** Somebody who is heard in a file without pictures. */
const heard = {
	speaker: { id: 'voice_0' },
	track: { id: 'sound', video: sourceFile('talk.wav'), lips: null, startSeconds: 0 },
	frameCount: 250,
	soundAlone: true,
};

const said: SegmentedSpeaker = {
	activity: { speakerId: 'voice_0', frameStart: 0, probabilities: new Float32Array(250).fill(0.9) },
	segments: [
		{
			speakerId: 'voice_0',
			trackId: 'sound',
			startSeconds: 2,
			endSeconds: 4,
			meanProbability: 0.9,
		},
	],
};

class SoundOnly extends FakeStages {
	readonly clips: SegmentClip[] = [];
	constructor() {
		super();
		this.info.set('talk.wav', { ...trackInfo, video: null });
	}
	override recognise(...given: Parameters<FakeStages['recognise']>) {
		this.clips.push(...given[0]);
		return super.recognise(...given);
	}
}

async function wordsOf(fakes: SoundOnly) {
	const work = Work.begin({
		sessionId: 'talk',
		store: new MemoryStore(),
		onEvent: () => undefined,
	});
	const stage = wordsStage(fakes.cut);
	for (const id of stage.ids) work.clock.start(id);
	const input = {
		plan: { settings: defaultSettings },
		tracks: [heard],
		segmented: new Map([['voice_0', said]]),
	};
	const { cues } = await stage.run(input, fakes.ports, work);
	return { cues: cues.get('voice_0'), problems: work.problems };
}

describe('the words of somebody who is only heard', () => {
	test('are recognised with lips in which no face is seen, and there is nothing to warn of', async () => {
		const fakes = new SoundOnly();
		const { cues, problems } = await wordsOf(fakes);
		expect(cues).toMatchObject([{ startSeconds: 2, endSeconds: 4, text: 'voice_0' }]);
		expect(problems).toEqual([]);
		expect(fakes.calls).toEqual(['recognise voice_0']);
		const lips = fakes.clips[0]?.lips;
		expect(lips?.data).toHaveLength(50 * 96 * 96);
		expect(new Set(lips?.data)).toEqual(new Set([noFaceGrey]));
		expect(new Set(lips?.seen)).toEqual(new Set([0]));
		expect(FakeMedia.open).toBe(0);
	});

	test('need no models of the face', async () => {
		const fakes = new SoundOnly();
		for (const id of lipModelIds) fakes.missing.set(id, 'It is not on this machine.');
		expect((await wordsOf(fakes)).cues).toHaveLength(1);
	});
});
