import { describe, expect, test } from 'vitest';
import type { Session } from '../../../domain/session.ts';
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

/** Ten seconds of sound in each file but the silent ones: 0.1 in the first that is heard, 0.2 in the next. */
class SoundStages extends FakeStages {
	readonly heard: string[] = [];
	readonly silent = new Set<string>();
	voiceActivitySegmented: Float32Array | null = null;
	readonly #paths = new Map<unknown, string>();

	override async open(...given: Parameters<FakeStages['open']>) {
		const media = new FakeMedia(trackInfo);
		this.#paths.set(media, given[0].path);
		return Promise.resolve(media);
	}
	override voiceActivity(...given: Parameters<FakeStages['voiceActivity']>): Promise<Float32Array> {
		const path = this.#paths.get(given[0]) ?? '';
		if (this.silent.has(path)) {
			return Promise.reject(new ConfabError('UnsupportedMedia', 'Its sound is damaged.'));
		}
		this.heard.push(path);
		return Promise.resolve(new Float32Array(250).fill(this.heard.length / 10));
	}
	override segment(...given: Parameters<FakeStages['segment']>): ReturnType<FakeStages['segment']> {
		[, this.voiceActivitySegmented] = given;
		return super.segment(...given);
	}
}

const track = (id: string, index = 0): string => `speakers/${id}/central_crops/track_0${index}.mp4`;
const recording = sourceFile('central_video.mp4');

async function hear(session: Session, ...silent: string[]) {
	const stages = new SoundStages();
	for (const path of silent) stages.silent.add(path);
	const { problems } = await run(session, stages, new MemoryStore());
	const at = (second: number): number => stages.voiceActivitySegmented?.[second * 25] ?? Infinity;
	return { heard: stages.heard, voice: stages.voiceActivitySegmented, at, problems };
}

describe('whether anybody speaks is heard', () => {
	test('in the central video alone, where it has sound', async () => {
		const session = { ...sessionOf(speaker('spk_0', [0, 10])), recording };
		const { heard, problems } = await hear(session);
		expect(heard).toEqual(['central_video.mp4']);
		expect(problems).toEqual([]);
	});

	test('in the tracks, where the central video is broken, and that is told', async () => {
		const session = { ...sessionOf(speaker('spk_0', [0])), recording };
		const { heard, voice, problems } = await hear(session, 'central_video.mp4');
		expect(heard).toEqual([track('spk_0')]);
		expect(voice).toHaveLength(250);
		expect(problems).toEqual([{ file: 'central_video.mp4', message: 'Its sound is damaged.' }]);
	});

	test('in each track at its place, as few as it takes, and between them is not known', async () => {
		const session = sessionOf(speaker('spk_0', [4, 12]), speaker('spk_1', [4, 30]));
		const { heard, voice, at } = await hear(session);
		expect(heard).toEqual([track('spk_0'), track('spk_0', 1), track('spk_1', 1)]);
		expect(voice).toHaveLength(1000);
		expect([at(0), at(3), at(25), at(29)]).toEqual([NaN, NaN, NaN, NaN]);
		expect([at(4), at(13), at(14), at(21)]).toEqual([0.1, 0.1, 0.2, 0.2].map(Math.fround));
		expect([at(30), at(39)]).toEqual([0.3, 0.3].map(Math.fround));
	});

	test('in another track, where the sound of one is broken', async () => {
		const session = sessionOf(speaker('spk_0'), speaker('spk_1'));
		const { heard, problems } = await hear(session, track('spk_0'));
		expect(heard).toEqual([track('spk_1')]);
		expect(problems).toEqual([{ file: track('spk_0'), message: 'Its sound is damaged.' }]);
	});

	test('nowhere, where no sound can be read, and that is told', async () => {
		const { voice, problems } = await hear(sessionOf(speaker('spk_0')), track('spk_0'));
		expect(voice).toBeNull();
		expect(problems.at(-1)?.message).toContain('cannot be read from any file');
	});
});
