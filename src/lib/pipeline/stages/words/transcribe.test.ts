import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../domain/settings.ts';
import { noFaceGrey } from '../../../perception/lips/lip-crop.ts';
import { FakeMedia, FakeStages, MemoryStore, sourceFile, trackInfo } from '../../fakes.ts';
import { lipModelIds } from '../../lip-blocks.ts';
import type { PassageClip } from '../../passage-clip.ts';
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

/** Three turns; all but the last follow each other soon. */
const turns: SegmentedSpeaker = {
	...said,
	segments: [
		[1, 2],
		[3, 3.5],
		[7, 8],
	].map(([startSeconds = 0, endSeconds = 0]) => ({
		...said.segments[0]!,
		startSeconds,
		endSeconds,
	})),
};

/** Hears turns as one that are a second and a half apart. */
class SoundOnly extends FakeStages {
	override joining: FakeStages['joining'] = { pauseSeconds: 1.5, mostSeconds: 30 };
	readonly clips: PassageClip[] = [];
	constructor() {
		super();
		this.info.set('talk.wav', { ...trackInfo, video: null });
	}
	override recognise(...given: Parameters<FakeStages['recognise']>) {
		this.clips.push(...given[0]);
		return super.recognise(...given);
	}
}

async function wordsOf(fakes: SoundOnly, speaker = said, store = new MemoryStore()) {
	const done: number[] = [];
	const work = Work.begin({
		sessionId: 'talk',
		store,
		onEvent: (event) => {
			if (event.kind === 'progress' && event.stage === 'recognition')
				done.push(event.progress.done);
		},
	});
	const stage = wordsStage(fakes.cut);
	for (const id of stage.ids) work.clock.start(id);
	const input = {
		plan: { settings: defaultSettings },
		tracks: [heard],
		segmented: new Map([['voice_0', speaker]]),
	};
	const { cues } = await stage.run(input, fakes.ports, work);
	return {
		cues: cues.get('voice_0'),
		problems: work.problems,
		done,
		keys: [...store.results.keys()],
	};
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

describe('turns that a recogniser hears as one', () => {
	const changed = (change: (segments: SegmentedSpeaker['segments']) => typeof segments) => ({
		...turns,
		segments: change(turns.segments),
	});

	test('reach it as one clip that says where each is, and give a cue each', async () => {
		const fakes = new SoundOnly();
		const { cues, done } = await wordsOf(fakes, turns);
		expect(fakes.clips.map(({ passage, turns: own }) => [passage.startSeconds, own])).toEqual([
			[
				1,
				[
					{ startFrame: 0, endFrame: 25 },
					{ startFrame: 50, endFrame: 63 },
				],
			],
			[7, [{ startFrame: 0, endFrame: 25 }]],
		]);
		expect(fakes.clips.map(({ audio }) => audio.length / 640)).toEqual([63, 25]);
		expect(cues?.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
			[1, 2],
			[3, 3.5],
			[7, 8],
		]);
		// Segments are counted, not passages.
		expect(done.at(-1)).toBe(3);
	});

	test('are stored as one, and found again as one', async () => {
		const store = new MemoryStore();
		const { keys, cues } = await wordsOf(new SoundOnly(), turns, store);
		expect(keys).toHaveLength(2);
		const again = new SoundOnly();
		const later = await wordsOf(again, turns, store);
		expect(later).toMatchObject({ cues, keys });
		expect(later.done.at(-1)).toBe(3);
		expect(again.clips).toEqual([]);
	});

	test.each([
		['one of them begins elsewhere', 1, { startSeconds: 3.04 }],
		['one of them ends elsewhere', 0, { endSeconds: 2.04 }],
	])('are recognised again where %s', async (_, at, moved) => {
		const store = new MemoryStore();
		await wordsOf(new SoundOnly(), turns, store);
		const again = new SoundOnly();
		const other = changed((segments) =>
			segments.map((segment, i) => (i === at ? { ...segment, ...moved } : segment)),
		);
		await wordsOf(again, other, store);
		expect(again.clips.map(({ passage }) => passage.startSeconds)).toEqual([1]);
	});

	test('are recognised again where one of them is there no more, or they are one', async () => {
		const store = new MemoryStore();
		await wordsOf(new SoundOnly(), turns, store);
		for (const change of [
			(segments: SegmentedSpeaker['segments']) => segments.slice(1),
			(segments: SegmentedSpeaker['segments']) => [
				{ ...segments[0]!, endSeconds: segments[1]!.endSeconds },
				...segments.slice(2),
			],
		]) {
			const again = new SoundOnly();
			await wordsOf(again, changed(change), store);
			expect(again.clips).toHaveLength(1);
		}
	});

	test('stay by themselves for one that joins none, under the names that they had', async () => {
		const alone = new SoundOnly();
		alone.joining = null;
		const { keys } = await wordsOf(alone, turns);
		expect(alone.clips.map(({ turns: own }) => own.length)).toEqual([1, 1, 1]);
		// The last turn is the same passage for both.
		const joined = await wordsOf(new SoundOnly(), turns);
		expect(joined.keys.at(-1)).toBe(keys.at(-1));
	});
});
