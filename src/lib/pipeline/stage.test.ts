import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../domain/settings.ts';
import { FakeStages, MemoryStore, run, sessionOf, speaker } from './fakes.ts';
import type { JobEvent } from './job.ts';
import { pathFrom, type Stage } from './stage.ts';
import { stagesFor } from './stages/list.ts';
import { Work } from './work.ts';

const double: Stage<{ readonly count: number }, { readonly twice: number }> = {
	ids: ['segments'],
	models: () => ['yunet', 'landmarks'],
	run: ({ count }) => ({ twice: 2 * count }),
};

const sum: Stage<{ readonly count: number; readonly twice: number }, { readonly all: number }> = {
	ids: ['lips', 'recognition'],
	models: ({ recogniser }) => ['yunet', recogniser],
	run: ({ count, twice }, _, { clock }) =>
		clock.measure('recognition', () => Promise.resolve({ all: count + twice })),
};

function workWith(events: JobEvent[]): Work {
	const onEvent = (event: JobEvent): void => void events.push(event);
	return Work.begin({ sessionId: 'party', store: new MemoryStore(), onEvent });
}

describe('a path of stages', () => {
	const path = pathFrom<{ readonly count: number }>().next(double).next(sum);
	const { ports } = new FakeStages();

	test('gives what was there and what each stage has found, and times every line', async () => {
		const events: JobEvent[] = [];
		const work = workWith(events);
		expect(await path.run({ count: 2 }, ports, work)).toEqual({ count: 2, twice: 4, all: 6 });
		expect(events.map((event) => `${event.kind} ${'stage' in event ? event.stage : ''}`)).toEqual([
			'stage-started segments',
			'stage-done segments',
			'stage-started lips',
			'stage-started recognition',
			'stage-done lips',
			'stage-done recognition',
		]);
		expect(work.clock.seconds['lips']).toBe(0);
	});

	test('needs the models of all its stages, each once', () => {
		expect(path.models(defaultSettings)).toEqual(['yunet', 'landmarks', 'embedded']);
	});

	test('ends where a stage fails', async () => {
		const failing: Stage<object, object> = {
			...double,
			run: () => Promise.reject(new TypeError('a fault')),
		};
		const events: JobEvent[] = [];
		const broken = pathFrom<{ readonly count: number }>().next(failing).next(double);
		await expect(broken.run({ count: 2 }, ports, workWith(events))).rejects.toThrow('a fault');
		expect(events).toEqual([{ kind: 'stage-started', stage: 'segments' }]);
	});

	test('of a session with face tracks has its lines of the list, in their order', async () => {
		const events: JobEvent[] = [];
		await run(sessionOf(speaker('spk_0')), new FakeStages(), new MemoryStore(), { events });
		const started = events.flatMap((event) =>
			event.kind === 'stage-started' ? [event.stage] : [],
		);
		expect(started).toEqual(stagesFor('given'));
	});
});
