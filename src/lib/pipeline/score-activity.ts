import type { ActivityScores } from '../domain/activity.ts';
import type { SourceFile } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { ScoredSpeaker, ScoredTrack } from '../perception/segments/scored-track.ts';
import { fingerprint } from './fingerprint.ts';
import { hearSound, type SessionSound } from './hear-sound.ts';
import type { RunContext } from './run-context.ts';
import type { LipSource } from './stages.ts';
import { parseStoredScores } from './stored.ts';
import type { UsableTrack } from './usable-tracks.ts';

export interface SessionActivity extends SessionSound {
	/** Every speaker of the session; one whose tracks are all broken has none. */
	readonly speakers: readonly ScoredSpeaker[];
}

/**
 * How much each face looks as if it were speaking, and where there is speech at all. Chooses the detector,
 * and tells when it is not the one that was asked for.
 */
export async function scoreActivity(
	run: RunContext,
	tracks: readonly UsableTrack[],
): Promise<SessionActivity> {
	const shipped = await shippedScores(run, tracks);
	if (shipped.size < tracks.length) {
		const { id, instead } = await run.stages.detector(run.settings);
		run.settings = { ...run.settings, detector: id };
		if (instead !== null) run.tell({ file: 'active speaker detection', message: instead });
	}
	const sound = wantsSound(run.settings)
		? await hearSound(run, tracks)
		: { voiceActivity: null, heard: [] };
	const scored = new Map<string, ScoredTrack[]>();
	for (const usable of tracks) {
		const { speaker, track } = usable;
		const activity = await run.tolerate(track.video.path, () =>
			scoresOf(run, usable, shipped.get(usable)),
		);
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
	return { speakers, ...sound };
}

/** The scores that tracks bring and that are to be used. They are Light-ASD's. */
async function shippedScores(
	run: RunContext,
	tracks: readonly UsableTrack[],
): Promise<ReadonlyMap<UsableTrack, ActivityScores>> {
	const found = new Map<UsableTrack, ActivityScores>();
	if (run.settings.detector === 'embedded' || run.settings.recompute) return found;
	for (const usable of tracks) {
		const { activity: file } = usable.track;
		if (!file) continue;
		const scores = await run.tolerate(file.path, () => run.stages.parseScores(file, run.signal));
		if (scores) found.set(usable, scores);
	}
	return found;
}

async function scoresOf(
	run: RunContext,
	usable: UsableTrack,
	shipped: ActivityScores | undefined,
): Promise<ActivityScores> {
	const { speaker, track, content } = usable;
	// Scores of two detectors are not on one scale: where this one stands in, it does so for all tracks.
	if (run.settings.detector === 'embedded') return lipScoresOf(run, usable);
	if (shipped) return shipped;
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

/** The embedded recogniser hears for itself whether anybody speaks, and the baseline does not listen. */
function wantsSound({ speechActivity, detector }: RunSettings): boolean {
	return speechActivity !== 'baseline' && detector !== 'embedded';
}
