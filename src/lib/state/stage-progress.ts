import type { JobEvent } from '../pipeline/job.ts';
import type { Session } from '../domain/session.ts';
import { stagesFor, type StageId } from '../pipeline/stages/list.ts';
import type { Progress } from '../support/progress.ts';

/** How far one stage is on one speaker, or on the session when it does not work by speaker. */
export interface SubjectProgress {
	/** A speaker's id, or null for the session as a whole. */
	readonly speakerId: string | null;
	readonly done: number;
	readonly total: number;
	readonly unit: Progress['unit'];
	/** The part of `done` that took no time, because it was stored. */
	readonly storedDone: number;
}

/**
 * Steps that follow each other faster than this, in seconds, are read, not computed: the fastest real
 * work, one segment's lips, takes several times as long.
 */
const readingSeconds = 0.02;

/** One stage of one run, as the events so far tell it. */
export interface StageProgress {
	readonly id: StageId;
	readonly status: 'waiting' | 'running' | 'done';
	/** On the caller's clock, in seconds; null until it starts. */
	readonly startedAtSeconds: number | null;
	/** When it last told of progress. */
	readonly toldAtSeconds: number | null;
	/** Wall-clock seconds it took; null until it is done. */
	readonly seconds: number | null;
	readonly fromStore: boolean;
	readonly subjects: readonly SubjectProgress[];
	/** Latest report by subject as the stage names it, for stages that report track by track. */
	readonly reports: ReadonlyMap<string, SubjectReport>;
}

interface SubjectReport {
	readonly speakerId: string | null;
	readonly done: number;
	readonly total: number;
	readonly unit: Progress['unit'];
	readonly storedDone: number;
}

/** All stages of a session, none begun. */
export function freshStages(cast: Session['cast'] = 'given'): readonly StageProgress[] {
	return stagesFor(cast).map((id) => ({
		id,
		status: 'waiting',
		startedAtSeconds: null,
		toldAtSeconds: null,
		seconds: null,
		fromStore: false,
		subjects: [],
		reports: new Map(),
	}));
}

/** The stages after one more event. Events that are not about stages change nothing. */
export function afterEvent(
	stages: readonly StageProgress[],
	event: JobEvent,
	nowSeconds: number,
	speakerIds: readonly string[],
): readonly StageProgress[] {
	if (event.kind === 'model' || event.kind === 'problem') return stages;
	return stages.map((stage) => {
		if (stage.id !== event.stage) return stage;
		switch (event.kind) {
			case 'stage-started':
				return { ...stage, status: 'running', startedAtSeconds: nowSeconds };
			case 'stage-done':
				return {
					...stage,
					status: 'done',
					startedAtSeconds: stage.startedAtSeconds ?? nowSeconds,
					seconds: event.seconds,
					fromStore: event.fromStore,
				};
			case 'progress':
				return withReport(stage, event.progress, nowSeconds, speakerIds);
		}
	});
}

function withReport(
	stage: StageProgress,
	progress: Progress,
	nowSeconds: number,
	speakerIds: readonly string[],
): StageProgress {
	const name = progress.subject ?? '';
	const before = stage.reports.get(name);
	const last = stage.toldAtSeconds ?? stage.startedAtSeconds ?? nowSeconds;
	// A count that starts anew is the next track of the same speaker.
	const goesOn = before !== undefined && progress.done >= before.done;
	const step = progress.done - (goesOn ? before.done : 0);
	const read = nowSeconds - last < readingSeconds ? step : 0;
	const reports = new Map(stage.reports).set(name, {
		speakerId: speakerOf(name, speakerIds),
		done: progress.done,
		total: progress.total,
		unit: progress.unit,
		storedDone: (goesOn ? before.storedDone : 0) + read,
	});
	return {
		...stage,
		status: stage.status === 'done' ? 'done' : 'running',
		startedAtSeconds: stage.startedAtSeconds ?? nowSeconds,
		toldAtSeconds: nowSeconds,
		reports,
		subjects: bySpeaker([...reports.values()]),
	};
}

/**
 * A subject is a speaker (`spk_0`) or one of its tracks (`spk_0/track_00`). Where speakers are found in the run,
 * nobody is known before.
 */
function speakerOf(subject: string, speakerIds: readonly string[]): string | null {
	if (speakerIds.length === 0) return subject === '' ? null : subject;
	return (
		speakerIds.find((id) => subject === id || subject.startsWith(`${id}/`)) ??
		speakerIds.find((id) => subject.startsWith(`${id} `)) ??
		null
	);
}

function bySpeaker(reports: readonly SubjectReport[]): SubjectProgress[] {
	const sums = new Map<string | null, SubjectProgress>();
	for (const report of reports) {
		const sum = sums.get(report.speakerId);
		sums.set(report.speakerId, {
			speakerId: report.speakerId,
			unit: report.unit,
			done: (sum?.done ?? 0) + report.done,
			total: (sum?.total ?? 0) + report.total,
			storedDone: (sum?.storedDone ?? 0) + report.storedDone,
		});
	}
	return [...sums.values()];
}

/** How far one subject is, 0 to 1. */
export function fractionOf(subject: Pick<SubjectProgress, 'done' | 'total'>): number {
	return subject.total > 0 ? Math.min(1, Math.max(0, subject.done / subject.total)) : 0;
}

/**
 * How far a stage is, 0 to 1. A stage that tells of one speaker will go on to the others, so what it
 * has not told of yet counts as not begun.
 */
export function stageFraction(stage: StageProgress, speakerCount: number): number {
	return meanOverSubjects(stage, speakerCount, fractionOf);
}

/** The part of `stageFraction` that this run worked for, without what was stored before. */
export function computedFraction(stage: StageProgress, speakerCount: number): number {
	if (stage.status === 'done') return stage.fromStore ? 0 : 1 - storedFraction(stage, speakerCount);
	return stageFraction(stage, speakerCount) - storedFraction(stage, speakerCount);
}

function storedFraction(stage: StageProgress, speakerCount: number): number {
	return meanOverSubjects({ ...stage, status: 'running' }, speakerCount, (subject) =>
		fractionOf({ done: subject.storedDone, total: subject.total }),
	);
}

function meanOverSubjects(
	stage: StageProgress,
	speakerCount: number,
	value: (subject: SubjectProgress) => number,
): number {
	if (stage.status === 'done') return 1;
	if (stage.status === 'waiting') return 0;
	const ofSpeakers = stage.subjects.filter((subject) => subject.speakerId !== null);
	const chosen = ofSpeakers.length > 0 ? ofSpeakers : stage.subjects;
	const expected = ofSpeakers.length > 0 ? Math.max(speakerCount, chosen.length) : chosen.length;
	if (expected === 0) return 0;
	return chosen.reduce((sum, subject) => sum + value(subject), 0) / expected;
}
