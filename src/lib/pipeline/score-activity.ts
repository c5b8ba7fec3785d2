import type { ActivityScores } from '../domain/activity.ts';
import type { SourceFile } from '../domain/session.ts';
import type { ScoredSpeaker, ScoredTrack } from '../perception/segments/scored-track.ts';
import { fingerprint } from './fingerprint.ts';
import type { RunContext } from './run-context.ts';
import type { LipSource } from './stages.ts';
import { parseFloats, parseStoredScores } from './stored.ts';
import type { UsableTrack } from './usable-tracks.ts';

export interface SessionActivity {
	/** Every speaker of the session; one whose tracks are all broken has none. */
	readonly speakers: readonly ScoredSpeaker[];
	/** Probability that anyone speaks, at 25 Hz; null when it is not needed or cannot be had. */
	readonly voiceActivity: Float32Array | null;
}

/**
 * How much each face looks as if it were speaking, and where there is speech at all. Chooses the detector,
 * and tells when it is not the one that was asked for.
 */
export async function scoreActivity(
	run: RunContext,
	tracks: readonly UsableTrack[],
): Promise<SessionActivity> {
	if (!allShipped(run, tracks)) {
		const { id, instead } = await run.stages.detector(run.settings);
		run.settings = { ...run.settings, detector: id };
		if (instead !== null) run.tell({ file: 'active speaker detection', message: instead });
	}
	const voiceActivity = await scoreVoice(run, tracks);
	const scored = new Map<string, ScoredTrack[]>();
	for (const usable of tracks) {
		const { speaker, track } = usable;
		const activity = await run.tolerate(track.video.path, () => scoresOf(run, usable));
		if (!activity) continue;
		// Told for what was stored, too: the screens count it as done.
		const frames = activity.scores.length;
		const subject = `${speaker.id}/${track.id}`;
		run.progress('activity', { subject, done: frames, total: frames, unit: 'frames' });
		const list = scored.get(speaker.id) ?? [];
		list.push({ trackId: track.id, startSeconds: track.startSeconds, activity });
		scored.set(speaker.id, list);
	}
	const speakers = run.session.speakers.map(({ id }) => ({
		speakerId: id,
		tracks: scored.get(id) ?? [],
	}));
	return { speakers, voiceActivity };
}

/** Whether no face has to be looked at: every track brings its scores, and they are to be used. */
function allShipped({ settings }: RunContext, tracks: readonly UsableTrack[]): boolean {
	const { recompute, detector } = settings;
	return detector === 'light-asd' && !recompute && tracks.every(({ track }) => track.activity);
}

async function scoresOf(run: RunContext, usable: UsableTrack): Promise<ActivityScores> {
	const { speaker, track, content } = usable;
	if (run.settings.detector === 'embedded') return lipScoresOf(run, usable);
	const { activity: shipped } = track;
	if (shipped && !run.settings.recompute) {
		const scores = await run.tolerate(shipped.path, () =>
			run.stages.parseScores(shipped, run.signal),
		);
		if (scores) return scores;
	}
	const version = await run.stages.version('activity', run.settings);
	const parts = [content, version, track.frameStart];
	return run.cached('activity', 'activity', parts, parseStoredScores, () =>
		run.withMedia(track.video, (media) =>
			run.stages.scoreTrack(
				media,
				track.frameStart,
				run.settings,
				run.slow('activity', `${speaker.id}/${track.id}`),
			),
		),
	);
}

/** By the lip clip that the session brings or, where that fails, by the face. */
async function lipScoresOf(
	run: RunContext,
	{ speaker, track, content }: UsableTrack,
): Promise<ActivityScores> {
	const score = async (
		source: LipSource,
		file: SourceFile,
		fileContent: string,
	): Promise<ActivityScores> => {
		const version = await run.stages.version('activity', run.settings, source);
		const parts = [fileContent, version, source, track.frameStart];
		return run.cached('activity', 'activity', parts, parseStoredScores, () =>
			run.withMedia(file, (media) =>
				run.stages.scoreLips(
					media,
					source,
					track.frameStart,
					run.slow('activity', `${speaker.id}/${track.id}`),
				),
			),
		);
	};
	const { lips: shipped } = track;
	if (shipped && !run.settings.recompute) {
		const scores = await run.tolerate(shipped.path, async () =>
			score('clip', shipped, await fingerprint(await shipped.open(run.signal))),
		);
		if (scores) return scores;
	}
	return score('track', track.video, content);
}

async function scoreVoice(
	run: RunContext,
	tracks: readonly UsableTrack[],
): Promise<Float32Array | null> {
	const { speechActivity, detector } = run.settings;
	// The embedded recogniser hears for itself whether anybody speaks.
	if (speechActivity === 'baseline' || detector === 'embedded') return null;
	const file = soundOf(run, tracks);
	if (!file) return null;
	return run.tolerate(file.path, async () => {
		const content = await fingerprint(await file.open(run.signal));
		const version = await run.stages.version('voice', run.settings);
		return run.cached('voice', 'activity', [content, version], parseFloats, () =>
			run.withMedia(file, (media) =>
				// A few seconds of work: told as progress it would pass for the whole stage.
				run.stages.voiceActivity(media, { signal: run.signal }),
			),
		);
	});
}

/** The central video, or the longest track from the start where that is missing: all hear one microphone. */
export function soundOf(run: RunContext, tracks: readonly UsableTrack[]): SourceFile | null {
	if (run.session.centralVideo) return run.session.centralVideo;
	const fromStart = tracks.filter(({ track }) => track.startSeconds === 0);
	const longest = [...fromStart].sort((a, b) => b.endSeconds - a.endSeconds)[0];
	return longest?.track.video ?? null;
}
