import { describe, expect, test } from 'vitest';
import { recordingSettings } from '../../../domain/settings.ts';
import type { Session } from '../../../domain/session.ts';
import type { FoundTrack } from '../../../people/find-faces.ts';
import type { SoundLag } from '../../../perception/active-speaker/sound-lag.ts';
import { present } from '../../../support/assert.ts';
import { FakeStages, MemoryStore, sessionOf, sourceFile, trackInfo } from '../../fakes.ts';
import type { JobEvent } from '../../job.ts';
import { pathFrom } from '../../stage.ts';
import { Work } from '../../work.ts';
import { peopleStage, type PeopleFound } from '../people/stage.ts';
import { facesStage, type FacesInput, type FacesSteps } from './stage.ts';

const session: Session = { ...sessionOf(), cast: 'found', recording: sourceFile('talk.mp4') };
const settings = recordingSettings;
const shots = [{ startFrame: 0, endFrame: 250 }];

/** A face that stays in its place for ten seconds. */
function trackAt(left: number, degrees: number, isStill = false): FoundTrack {
	const corners = Float32Array.from({ length: 1000 }, (_, i) => [left, 0, left + 9, 9][i % 4]!);
	const angle = (degrees * Math.PI) / 180;
	const print = Float32Array.of(Math.cos(angle), Math.sin(angle));
	return { shot: 0, path: { firstFrame: 0, corners }, prints: [print], isStill };
}

/** Two faces: the first speaks in the first five seconds, the second after that. */
class Steps implements FacesSteps {
	readonly calls: string[] = [];
	tracks = [trackAt(0, 0), trackAt(100, 90)];
	lookForFaces = (): ReturnType<FacesSteps['lookForFaces']> => {
		this.calls.push('look');
		return Promise.resolve({ shots, tracks: this.tracks });
	};
	lag: SoundLag = { kind: 'unknown' };
	scoreLips = (): ReturnType<FacesSteps['scoreLips']> => {
		this.calls.push('score');
		const scored = (from: number): Float32Array =>
			Float32Array.from({ length: 250 }, (_, t) => (t >= from && t < from + 125 ? 5 : -2));
		return Promise.resolve({ scores: this.tracks.map((_, i) => scored(125 * i)), lag: this.lag });
	};
}

function workOn(store: MemoryStore, events: JobEvent[] = [], signal?: AbortSignal): Work {
	return Work.begin({ sessionId: 'talk', store, signal, onEvent: (event) => events.push(event) });
}

const start: FacesInput = { session, settings };
const pathOf = (steps: FacesSteps) => pathFrom<FacesInput>().next(facesStage(steps));

async function look(stages: FakeStages, steps = new Steps(), store = new MemoryStore()) {
	const events: JobEvent[] = [];
	const found = await pathOf(steps).run(start, stages.ports, workOn(store, events));
	return { ...found, calls: steps.calls, store, events };
}

describe('facesStage', () => {
	test('says who is seen, and looks once', async () => {
		const { seen, calls, store } = await look(new FakeStages());
		expect(seen?.tracks.map(({ person }) => person)).toEqual([0, 1]);
		expect(calls).toEqual(['look', 'score']);
		const again = await look(new FakeStages(), new Steps(), store);
		expect(again.calls).toEqual([]);
		expect(again.seen).toEqual(seen);
	});

	test('one who is seen twice at once is one person', async () => {
		const steps = new Steps();
		steps.scoreLips = () => {
			const lips = Float32Array.from({ length: 250 }, (_, t) => 5 * Math.sin(t / 9));
			return Promise.resolve({ scores: [lips, lips.slice()], lag: { kind: 'unknown' } });
		};
		const { seen } = await look(new FakeStages(), steps);
		expect(seen?.tracks.map(({ person }) => person)).toEqual([0, 0]);
	});

	test('what another model sees is another result', async () => {
		const { store } = await look(new FakeStages());
		const stages = new FakeStages();
		stages.missing.set('mobilefacenet', 'It is not on this machine.');
		expect((await look(stages, new Steps(), store)).calls).toEqual(['look', 'score']);
	});

	test('sound alone, a cover, slides and a silent film are not looked at', async () => {
		const stages = new FakeStages();
		const video = present(trackInfo.video, 'video');
		const cover = { ...video, frameCount: 1 };
		const slides = { ...video, isStill: true };
		const changes = [{ video: null }, { audio: null }, { video: cover }, { video: slides }];
		for (const change of changes) {
			stages.info.set('talk.mp4', { ...trackInfo, ...change });
			expect(await look(stages)).toMatchObject({ seen: null, calls: [] });
		}
	});

	test('without its models it says so, and voices alone are left', async () => {
		for (const id of ['yunet', 'light-asd-head']) {
			const stages = new FakeStages();
			stages.missing.set(id, 'It is not on this machine.');
			const { seen, calls, events } = await look(stages);
			expect([seen, calls]).toEqual([null, []]);
			expect(events).toContainEqual({
				kind: 'problem',
				problem: {
					file: 'talk.mp4',
					message: `The model "${id}" is not here, so people are told apart by their voices alone.`,
				},
			});
		}
	});

	test('one that was stopped continues where it was', async () => {
		const store = new MemoryStore();
		const steps = new Steps();
		const stop = new AbortController();
		const scoring = steps.scoreLips;
		steps.scoreLips = () => {
			stop.abort();
			return Promise.reject(stop.signal.reason as Error);
		};
		const work = workOn(store, [], stop.signal);
		const running = pathOf(steps).run(start, new FakeStages().ports, work);
		await expect(running).rejects.toThrow(/abort/i);
		steps.scoreLips = scoring;
		expect((await look(new FakeStages(), steps, store)).calls).toEqual(['look', 'score']);
	});
});

describe('peopleStage with faces', () => {
	/** Speech all the time, in two voices that nothing tells apart. */
	function people(steps: Steps, events: JobEvent[] = []): Promise<PeopleFound> {
		const pieces = Array.from({ length: 20 }, (_, i) => ({
			...{ startSeconds: i / 2, endSeconds: (i + 1) / 2, solo: true, voice: null },
			embedding: Float32Array.of(1, 0),
		}));
		const speech = new Float32Array(250).fill(0.95);
		const voices = peopleStage({
			hearVoices: () => Promise.resolve({ pieces, speech, embedder: 'xvector' }),
		});
		const path = pathOf(steps).next(voices);
		return path.run(start, new FakeStages().ports, workOn(new MemoryStore(), events));
	}

	test('gives people with faces and voices, and the shots', async () => {
		const found = await people(new Steps());
		expect(found.people.people).toMatchObject([
			{ id: 'person_1', kind: 'both', faces: [{ firstFrame: 0 }] },
			{ id: 'person_2', kind: 'both', faces: [{ firstFrame: 0 }] },
		]);
		expect(found.people.shots).toEqual([{ startSeconds: 0, endSeconds: 10 }]);
		const [first, second] = ['person_1', 'person_2'].map((id) => found.segmented.get(id)?.segments);
		expect(first?.at(-1)?.endSeconds).toBeCloseTo(5, 0);
		expect(second?.[0]?.startSeconds).toBeCloseTo(5, 0);
		expect(found.people.pieces[2]!.personId).toBe('person_1');
		expect(found.people.pieces[17]!.personId).toBe('person_2');
	});

	test('a poster never speaks', async () => {
		const steps = new Steps();
		steps.tracks = [trackAt(0, 0), trackAt(100, 90, true)];
		const found = await people(steps);
		const poster = found.people.people.find(({ faces }) => faces?.[0]?.corners[0] === 100);
		expect(poster?.kind).toBe('face');
		expect(found.segmented.get(poster?.id ?? '')?.segments).toEqual([]);
	});

	test('where the sound is early, people speak when they are heard', async () => {
		const steps = new Steps();
		steps.lag = { kind: 'lag', frames: 10 };
		const found = await people(steps);
		const ends = found.segmented.get('person_1')?.segments.at(-1)?.endSeconds ?? 0;
		expect(Math.abs(ends - 4.6)).toBeLessThan(0.15);
	});

	test('lips have no weight where the sound is unrelated to the picture, and it is reported', async () => {
		const steps = new Steps();
		steps.lag = { kind: 'unrelated' };
		const events: JobEvent[] = [];
		const found = await people(steps, events);
		expect(found.people.people.map(({ kind }) => kind)).toEqual(['voice', 'face', 'face']);
		expect(events).toContainEqual({
			kind: 'problem',
			problem: {
				file: 'talk.mp4',
				message:
					'Sound and picture seem unrelated, as in a dubbed film, so people are told apart by their voices alone.',
			},
		});
	});
});
