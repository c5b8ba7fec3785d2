import { describe, expect, test } from 'vitest';
import type { JobEvent } from './job.ts';
import type { OpenOptions } from './ports.ts';
import { FakeMedia, FakeStages, MemoryStore, run, sessionOf, speaker, trackInfo } from './fakes.ts';

/** Stages whose decoders get round something each time a file is opened. */
function damaged(message: (opening: number) => string): FakeStages {
	const stages = new FakeStages();
	let openings = 0;
	stages.open = (file, { onProblem }: OpenOptions = {}) => {
		onProblem?.({ file: file.path, message: message(++openings) });
		return Promise.resolve(new FakeMedia(trackInfo));
	};
	return stages;
}

describe('what decoders got round', () => {
	const file = 'speakers/spk_0/central_crops/track_00.mp4';

	test('is told once for each file, though several stages open it', async () => {
		const stages = damaged(() => 'FFmpeg met damage and went on.');
		const events: JobEvent[] = [];
		const session = sessionOf(speaker('spk_0'), speaker('spk_1'));
		const { problems } = await run(session, stages, new MemoryStore(), { events });
		expect(problems).toEqual(
			[file, 'speakers/spk_1/central_crops/track_00.mp4'].map((path) => ({
				file: path,
				message: 'FFmpeg met damage and went on.',
			})),
		);
		expect(events.filter(({ kind }) => kind === 'problem')).toHaveLength(2);
	});

	test('is told once, wherever in the file it was met', async () => {
		const stages = damaged((opening) => `It failed at ${opening}.20 s; FFmpeg goes on from there.`);
		const { problems } = await run(sessionOf(speaker('spk_0')), stages, new MemoryStore());
		expect(problems).toEqual([
			{ file, message: 'It failed at 1.20 s; FFmpeg goes on from there.' },
		]);
	});
});
