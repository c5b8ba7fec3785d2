import { expect, test } from 'vitest';
import type { SourceFile } from '../../../domain/session.ts';
import { recordingSettings } from '../../../domain/settings.ts';
import type { VoiceMaterial } from '../../../people/found-voices.ts';
import type { MediaInfo } from '../../../media/media-source.ts';
import { FakeMedia, MemoryStore, sessionOf, trackInfo } from '../../fakes.ts';
import type { Ports } from '../../ports.ts';
import { pathFrom } from '../../stage.ts';
import { Work } from '../../work.ts';
import { peopleStage, type PeopleFound, type PeopleInput } from './stage.ts';

const blob = new Blob(['a recording']);
const file: SourceFile = { path: 'talk.mp4', size: blob.size, open: () => Promise.resolve(blob) };

/** What the stage finds in a file of that kind, in which that is heard. */
async function found(info: Partial<MediaInfo>, material: VoiceMaterial): Promise<PeopleFound> {
	const ports: Ports = {
		media: { open: () => Promise.resolve(new FakeMedia({ ...trackInfo, ...info })) },
		models: {
			version: (id) => Promise.resolve(id),
			isAdded: () => Promise.resolve(false),
			get: () => Promise.reject(new TypeError('No model is needed')),
			evenIfLost: (work) => work(),
			count: () => undefined,
			problems: () => [],
		},
		recognisers: {
			needsLips: () => false,
			joining: () => null,
			version: () => Promise.resolve('1'),
			batching: () => Promise.resolve(null),
			recognise: () => Promise.resolve([]),
		},
	};
	const session = { ...sessionOf(), name: 'talk', recording: file, cast: 'found' } as const;
	const stage = peopleStage({ hearVoices: () => Promise.resolve(material) });
	const work = Work.begin({
		sessionId: 'talk',
		store: new MemoryStore(),
		onEvent: () => undefined,
	});
	return pathFrom<PeopleInput>()
		.next(stage)
		.run({ session, settings: recordingSettings, seen: null }, ports, work);
}

/** Pieces of 1.5 s one after the other, each with the voice of a person; nobody sounds like another. */
function voices(people: number, rounds: number, turnPieces = 4): VoiceMaterial {
	const order = Array.from({ length: people * rounds * turnPieces }, (_, i) =>
		Math.floor(i / turnPieces),
	);
	const pieces = order.map((turn, i) => {
		const embedding = new Float32Array(64);
		embedding[turn % people] = 1;
		// No two pieces of one person sound quite the same.
		embedding[people + (i % 7)] = 0.2;
		const startSeconds = i * 1.5 + turn;
		return { startSeconds, endSeconds: startSeconds + 1.5, solo: true, voice: null, embedding };
	});
	const seconds = pieces.at(-1)?.endSeconds ?? 0;
	return {
		pieces,
		speech: new Float32Array(Math.ceil(seconds * 25)).fill(0.9),
		embedder: 'xvector',
	};
}

const nothing: VoiceMaterial = { pieces: [], speech: new Float32Array(250), embedder: 'xvector' };

test('a file without sound is refused with what to do', async () => {
	await expect(found({ audio: null }, nothing)).rejects.toMatchObject({
		code: 'UnsupportedMedia',
		problems: [{ file: 'talk.mp4', message: 'it holds no sound; drop a recording that has some' }],
	});
});

test('a video whose sound cannot be decoded is refused with the cause, not as one without', async () => {
	const soundFault = 'its sound is of a kind that cannot be decoded';
	await expect(found({ audio: null, soundFault }, nothing)).rejects.toMatchObject({
		code: 'UnsupportedMedia',
		problems: [
			{
				file: 'talk.mp4',
				message: `${soundFault}; convert it to WAV, FLAC, MP3 or AAC and drop that`,
			},
		],
	});
});

test('a silent recording, or music alone, has nobody in it, and says so', async () => {
	const { speakers, people } = await found({ video: null }, nothing);
	expect(speakers).toEqual([]);
	expect(people).toMatchObject({ people: [], count: { least: 0, most: 0 } });
	expect(people.doubts).toEqual([{ code: 'no-speech' }]);
});

test('one voice is one person', async () => {
	const { speakers, people } = await found({}, voices(1, 10));
	expect(speakers.map(({ id }) => id)).toEqual(['person_1']);
	expect(people.count.least).toBe(1);
});

test('twenty voices are twenty people', async () => {
	const { speakers, segmented } = await found({}, voices(20, 3));
	expect(speakers).toHaveLength(20);
	expect(speakers.at(-1)?.id).toBe('person_20');
	for (const { id } of speakers) expect(segmented.get(id)?.segments.length).toBeGreaterThan(0);
});
