import type { SessionResult, SpeakerResult } from '../domain/result.ts';
import type { Session } from '../domain/session.ts';
import { hearVoices } from './hear-voices.ts';
import { RunContext, type RunOptions } from './run-context.ts';
import { scoreActivity } from './score-activity.ts';
import { transcribe } from './transcribe.ts';
import { usableTracks } from './usable-tracks.ts';

/**
 * Takes a session through all stages. Each result is stored as soon as it is known and read from the
 * store when it is there, so a run that was cancelled or cut off goes on where it was.
 *
 * A track that cannot be used is told of and left out; the others go on.
 *
 * @throws ConfabError when no track at all can be used, or when a model that everything needs is
 * missing; the signal's reason when aborted.
 */
export async function runSession(session: Session, options: RunOptions): Promise<SessionResult> {
	const started = performance.now();
	const run = new RunContext(session, options);
	const { stages, clock } = run;

	const tracks = await clock.run('decode', () => usableTracks(run));
	const scored = await clock.run('activity', () => scoreActivity(run, tracks));
	const segmented = await clock.run('segments', () => {
		const seen = stages.segment(scored.speakers, scored.voiceActivity, run.settings);
		return hearVoices(run, tracks, scored, seen);
	});
	const cues = await transcribe(run, tracks, segmented);
	const speakers = session.speakers.map(({ id, uem }): SpeakerResult => {
		const silent = { speakerId: id, frameStart: 0, probabilities: new Float32Array(0) };
		const { activity, segments } = segmented.get(id) ?? { activity: silent, segments: [] };
		const transcript = { speakerId: id, cues: cues.get(id) ?? [] };
		return { speakerId: id, uem, activity, segments, transcript };
	});
	const conversations = await clock.run('conversations', () =>
		stages.converse(
			speakers.map(({ activity }) => activity),
			scored.speakers,
			session.speakers,
			run.settings,
		),
	);
	const { labels } = session;
	const scores = await clock.run('scores', () =>
		labels
			? stages.score(
					labels,
					session.speakers,
					speakers.map(({ transcript }) => transcript),
					conversations,
				)
			: null,
	);
	for (const problem of stages.problems()) run.tell(problem);
	return {
		sessionId: session.id,
		sessionName: session.name,
		durationSeconds: Math.max(...tracks.map(({ endSeconds }) => endSeconds)),
		settings: run.settings,
		speakers,
		people: null,
		conversations,
		scores,
		report: {
			stages: clock.seconds,
			fromStore: clock.fromStore,
			models: run.models(),
			seconds: (performance.now() - started) / 1000,
		},
		problems: run.problems,
	};
}
