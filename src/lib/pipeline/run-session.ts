import type { Layer } from '../domain/layer.ts';
import type { FoundPeople } from '../domain/people.ts';
import { runIdOf } from '../domain/run-id.ts';
import type { SessionResult, SpeakerResult } from '../domain/result.ts';
import type { Session, Speaker } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { JobEvent } from './job.ts';
import type { Ports } from './ports.ts';
import type { ResultStore } from './result-cache.ts';
import { pathFrom, type StagePath } from './stage.ts';
import type { RunPlan } from './stages/activity/plan.ts';
import { activityStage, type ActivitySteps } from './stages/activity/stage.ts';
import { conversations, type ConversationsFound } from './stages/conversations/stage.ts';
import { decode } from './stages/decode/stage.ts';
import { stagesFor } from './stages/list.ts';
import { level } from './stages/level/stage.ts';
import { facesStage, type FacesSteps } from './stages/faces/stage.ts';
import { peopleStage, type PeopleSteps } from './stages/people/stage.ts';
import { scores, type ScoresFound } from './stages/scores/stage.ts';
import { activityOf } from './stages/segments/segment-speakers.ts';
import { segmentsStage, type SegmentsFound, type SegmentsSteps } from './stages/segments/stage.ts';
import { wordsStage, type WordsFound } from './stages/words/stage.ts';
import { Work } from './work.ts';

/** What every run begins with. */
export interface SessionStart {
	readonly session: Session;
	/** As asked for. */
	readonly settings: RunSettings;
	/** None yet: a stage that measures something adds its own to those of the stages before. */
	readonly layers: readonly Layer[];
}

/** What every run must have found at its end, on whatever path. */
export interface SessionFound extends SegmentsFound, WordsFound, ConversationsFound, ScoresFound {
	readonly plan: RunPlan;
	readonly durationSeconds: number;
	/** Who is in it, given or found. */
	readonly speakers: readonly Speaker[];
	/** How they were found; null where they were given. */
	readonly people: FoundPeople | null;
	readonly layers: readonly Layer[];
}

export type SessionPath = StagePath<SessionStart, SessionFound>;

/** Slow work that tests do in the place of a stage. */
export interface FaceSteps {
	readonly activity?: ActivitySteps;
	readonly segments?: SegmentsSteps;
	readonly lips?: Parameters<typeof wordsStage>[0];
}

/** As `FaceSteps`, for people who are found. */
export interface VoiceSteps {
	readonly faces?: FacesSteps;
	readonly people?: PeopleSteps;
}

/** The stages of a session whose speakers are known by their face tracks. A new stage is put here. */
export function facePath(steps: FaceSteps = {}): SessionPath {
	return pathFrom<SessionStart>()
		.next(decode)
		.next(activityStage(steps.activity))
		.next(segmentsStage(steps.segments))
		.next(wordsStage(steps.lips))
		.next(level)
		.next(conversations)
		.next(scores);
}

/** The stages of a recording whose people are found by their faces and voices. */
function voicePath(steps: VoiceSteps = {}): SessionPath {
	return pathFrom<SessionStart>()
		.next(facesStage(steps.faces))
		.next(peopleStage(steps.people))
		.next(wordsStage())
		.next(level)
		.next(conversations)
		.next(scores);
}

/** The stages of a session, by what is known of its speakers. */
export function pathOf({ cast }: Pick<Session, 'cast'>): SessionPath {
	return cast === 'given' ? facePath() : voicePath();
}

export interface RunOptions {
	readonly settings: RunSettings;
	readonly ports: Ports;
	readonly store: ResultStore;
	readonly path: SessionPath;
	readonly signal?: AbortSignal | undefined;
	readonly onEvent: (event: JobEvent) => void;
}

/**
 * Takes a session through all stages of a path. Each result is stored as soon as it is known and read
 * from the store when it is there, so a run that was cancelled or cut off continues where it was.
 *
 * A track that cannot be used is reported and left out; the run continues with the others.
 *
 * @throws ConfabError when no track at all can be used, or when a model that everything needs is
 * missing; the signal's reason when aborted.
 */
export async function runSession(
	session: Session,
	{ settings, ports, store, path, signal, onEvent }: RunOptions,
): Promise<SessionResult> {
	const started = performance.now();
	const { id: sessionId, problems } = session;
	// A stage may do the work of several lines of the screen, of which this session has not all.
	const own: readonly string[] = stagesFor(session.cast);
	const onOwn = (event: JobEvent): void => {
		if (!('stage' in event) || own.includes(event.stage)) onEvent(event);
	};
	const work = Work.begin({ sessionId, store, problems, signal, onEvent: onOwn });
	const found = await path.run({ session, settings, layers: [] }, ports, work);
	for (const problem of ports.models.problems()) work.report(problem);
	return {
		sessionId,
		runId: runIdOf(found.plan.settings),
		sessionName: session.name,
		durationSeconds: found.durationSeconds,
		settings: found.plan.settings,
		speakers: found.speakers.map(({ id, uem }): SpeakerResult => {
			const segments = found.segmented.get(id)?.segments ?? [];
			const transcript = { speakerId: id, cues: found.cues.get(id) ?? [] };
			return {
				speakerId: id,
				uem,
				activity: activityOf(found.segmented, id),
				segments,
				transcript,
			};
		}),
		people: found.people,
		conversations: found.conversations,
		scores: found.scores,
		diarisation: found.diarisation,
		layers: found.layers,
		report: {
			stages: Object.fromEntries(
				Object.entries(work.clock.seconds).filter(([stage]) => own.includes(stage)),
			),
			fromStore: work.clock.fromStore.filter((stage) => own.includes(stage)),
			models: work.models,
			seconds: (performance.now() - started) / 1000,
		},
		problems: work.problems,
	};
}
