import { afterAll, describe, expect, test } from 'vitest';
import { hasSharedFiles, sharedFile } from '../../../../../tests/shared-browser.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import { createBrowserInference } from '../../../inference/browser-inference.ts';
import { VolatileCheckMemory } from '../../../inference/self-check.ts';
import type { AudioBlock } from '../../../media/media-source.ts';
import { openMedia } from '../../../media/open-media.ts';
import { BilstmVoice } from '../../../perception/voice/bilstm-voice.ts';
import { printStretches } from '../../../perception/voice/print-stretches.ts';
import type { Problem } from '../../../support/errors.ts';
import { FakeStages, MemoryStore, run, sessionOf, speaker } from '../../fakes.ts';
import type { VoicePrints } from './voice-prints.ts';

const inference = createBrowserInference({
	base: `${location.origin}/`,
	checks: new VolatileCheckMemory(),
	policy: 'wasm',
});
afterAll(() => inference.close());

/** Three people of LibriSpeech and two utterances of each. */
const people = {
	ann: ['test-clean/121/121726/121-121726-0000', 'test-clean/121/123852/121-123852-0001'],
	ben: ['test-clean/61/70968/61-70968-0000', 'test-clean/61/70970/61-70970-0001'],
	cat: ['train-clean-100/32/21625/32-21625-0000', 'train-clean-100/32/4137/32-4137-0001'],
} as const;

async function samplesOf(name: string): Promise<Float32Array> {
	const file = await sharedFile(`data/voices/${name}.flac`);
	const media = await openMedia(file, { name: file.name });
	try {
		const parts: Float32Array[] = [];
		for await (const { samples } of media.audio()) parts.push(samples.slice());
		return Float32Array.from(parts.flatMap((part) => [...part]));
	} finally {
		await media.close();
	}
}

/** Who is heard from when on, four seconds each; the session has one sound, of real voices. */
type Turn = readonly [startSeconds: number, utterance: string];
const turnSeconds = 4;

/** The real voices' prints beside made-up faces: each speaker talks where the test says so. */
class RealVoices extends FakeStages {
	readonly #sound: Float32Array;
	readonly #seen: Readonly<Record<string, readonly number[]>>;

	constructor(sound: Float32Array, seen: Readonly<Record<string, readonly number[]>>) {
		super();
		this.#sound = sound;
		this.#seen = seen;
	}
	override voiceActivity(): Promise<Float32Array> {
		return Promise.resolve(new Float32Array(500).fill(0.95));
	}
	override segment(
		...[speakers]: Parameters<FakeStages['segment']>
	): ReturnType<FakeStages['segment']> {
		return new Map(
			speakers.map(({ speakerId, tracks }) => {
				const probabilities = new Float32Array(500).fill(NaN);
				for (const { startSeconds } of tracks) {
					probabilities.fill(0.05, startSeconds * 25, (startSeconds + 10) * 25);
				}
				for (const start of this.#seen[speakerId] ?? []) {
					probabilities.fill(0.95, start * 25, (start + turnSeconds) * 25);
				}
				const activity = { speakerId, frameStart: 0, probabilities };
				return [speakerId, { activity, segments: [] }];
			}),
		);
	}
	override async voicePrints(
		...[, stretches]: Parameters<FakeStages['voicePrints']>
	): Promise<VoicePrints> {
		const embedder = new BilstmVoice(await inference.load('voice-bilstm'));
		const prints = await printStretches(embedder, this.#blocks(), stretches);
		const { sameVoiceCosine, surelySameCosine, differentVoicesCosine } = embedder;
		return { prints, thresholds: { sameVoiceCosine, surelySameCosine, differentVoicesCosine } };
	}
	async *#blocks(): AsyncGenerator<AudioBlock> {
		for (let startSample = 0; startSample < this.#sound.length; startSample += 10_000) {
			await Promise.resolve();
			yield { startSample, samples: this.#sound.slice(startSample, startSample + 10_000) };
		}
	}
}

async function soundOf(turns: readonly Turn[]): Promise<Float32Array> {
	const sound = new Float32Array(20 * 16_000);
	for (const [startSeconds, utterance] of turns) {
		const voice = (await samplesOf(utterance)).subarray(0, turnSeconds * 16_000);
		sound.set(voice, startSeconds * 16_000);
	}
	return sound;
}

describe.skipIf(!hasSharedFiles)('real voices', () => {
	// Ann's face is seen all the time, in two tracks; Ben's for the first ten seconds.
	const session = sessionOf(speaker('ann', [0, 10]), speaker('ben', [0]));
	const seen = { ann: [0, 10], ben: [5] };

	async function hear(secondVoice: string, unseenVoice: string) {
		const turns: Turn[] = [
			[0, people.ann[0]],
			[5, people.ben[0]],
			[10, secondVoice],
			[15, unseenVoice],
		];
		const stages = new RealVoices(await soundOf(turns), seen);
		const { problems, speakers } = await run(session, stages, new MemoryStore());
		const probabilities = speakers[1]?.activity.probabilities ?? new Float32Array(0);
		return { problems, unseen: meanOver(probabilities, { startSeconds: 15, endSeconds: 19 }) };
	}
	const files = (problems: readonly Problem[]): string[] => problems.map(({ file }) => file);

	test('one person in both tracks is nothing to tell of, and one out of sight is heard', async () => {
		const { problems, unseen } = await hear(people.ann[1], people.ben[1]);
		expect(problems).toEqual([]);
		expect(unseen).toBeCloseTo(0.8, 3);
	});

	test('another person in the second track is told of; a stranger’s voice is nobody’s', async () => {
		const { problems, unseen } = await hear(people.ben[1], people.cat[1]);
		expect(files(problems)).toEqual(['speakers/ann/central_crops/track_01.mp4']);
		expect(unseen).toBeNaN();
	});
});

/** Eight people, two recordings of each from different days. */
const days = [
	['test-clean/61/70968', 'test-clean/61/70970'],
	['test-clean/121/121726', 'test-clean/121/123852'],
	['test-clean/237/126133', 'test-clean/237/134493'],
	['train-clean-100/19/198', 'train-clean-100/19/227'],
	['train-clean-100/26/495', 'train-clean-100/26/496'],
	['train-clean-100/27/123349', 'train-clean-100/27/124992'],
	['train-clean-100/32/21625', 'train-clean-100/32/4137'],
	['train-clean-100/39/121914', 'train-clean-100/39/121915'],
] as const;

describe.skipIf(!hasSharedFiles)('real voices of two who are never seen at once', () => {
	const session = sessionOf(speaker('one'), speaker('other', [10]));
	const utterances = (folder: string): string[] => {
		const name = folder.split('/').slice(1).join('-');
		return [`${folder}/${name}-0000`, `${folder}/${name}-0002`];
	};

	/** Whether it is told that these sound like one person. */
	async function toldOf(first: string, second: string): Promise<boolean> {
		const turns = [...utterances(first), ...utterances(second)].map((utterance, i): Turn => [
			5 * i,
			utterance,
		]);
		const stages = new RealVoices(await soundOf(turns), { one: [0, 5], other: [10, 15] });
		const { problems } = await run(session, stages, new MemoryStore());
		const told = problems.filter(({ message }) => message.includes('sound like one person'));
		expect(told).toEqual(problems);
		return told.length > 0;
	}

	test('of 28 pairs of two people none is taken for one, and some are known on another day', async () => {
		const wrong: string[] = [];
		let known = 0;
		for (const [i, [first]] of days.entries()) {
			for (const [, second] of days.slice(i)) {
				const told = await toldOf(first, second);
				if (!told) continue;
				if (second === days[i]?.[1]) known += 1;
				else wrong.push(`${first} and ${second}`);
			}
		}
		expect(wrong).toEqual([]);
		// Eight seconds of speech: about half of them.
		expect(known).toBeGreaterThanOrEqual(3);
	}, 300_000);
});

function meanOver(values: Float32Array, { startSeconds, endSeconds }: TimeRange): number {
	const part = values.subarray(startSeconds * 25, endSeconds * 25);
	return part.reduce((sum, value) => sum + value, 0) / part.length;
}
