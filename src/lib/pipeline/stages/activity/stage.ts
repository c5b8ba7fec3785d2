import type { ActivityScores } from '../../../domain/activity.ts';
import type { Session, SourceFile } from '../../../domain/session.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import type { ScoredSpeaker, ScoredTrack } from '../../../perception/segments/scored-track.ts';
import { embeddedId } from '../../../recognisers/embedded.ts';
import { fingerprint } from '../../fingerprint.ts';
import { lipModelIds, type LipSource } from '../../lip-blocks.ts';
import { withFile, type Ports } from '../../ports.ts';
import type { Stage } from '../../stage.ts';
import { versionOf } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import type { UsableTrack } from '../decode/usable-tracks.ts';
import { activity as about } from './about.ts';
import { faceScoreModels, scoreFaces, storedFaceScores } from './face-scores.ts';
import { hearSound, type SessionSound } from './hear-sound.ts';
import { hearVoice, voiceModel } from './hear-voice.ts';
import { scoreLips, storedLipScores } from './lip-scores.ts';
import { planActivity, readScores, type RunPlan } from './plan.ts';

export interface ActivityInput {
	readonly session: Session;
	/** As asked for. */
	readonly settings: RunSettings;
	readonly tracks: readonly UsableTrack[];
}

export interface SessionActivity extends SessionSound {
	/** Every speaker of the session; one whose tracks are all broken has none. */
	readonly speakers: readonly ScoredSpeaker[];
}

export interface ActivityFound {
	readonly plan: RunPlan;
	readonly scored: SessionActivity;
}

/** The slow work of the stage; tests give others. */
export interface ActivitySteps {
	readonly hearVoice: typeof hearVoice;
	readonly scoreFaces: typeof scoreFaces;
	readonly scoreLips: typeof scoreLips;
	readonly readScores: typeof readScores;
}

/**
 * How much each face looks as if it were speaking, and where there is speech at all. First of all it
 * makes the plan: what tells who speaks here.
 */
export function activityStage(
	steps: ActivitySteps = { hearVoice, scoreFaces, scoreLips, readScores },
): Stage<ActivityInput, ActivityFound> {
	return {
		ids: [about.id],
		models: (settings) => [
			...(wantsSound(settings) ? [voiceModel] : []),
			...(settings.detector === 'embedded' ? [embeddedId, ...lipModelIds] : faceScoreModels),
		],
		run: async ({ session, settings, tracks }, ports, work) => {
			const { shipped, ...plan } = await planActivity(
				tracks,
				settings,
				steps.readScores,
				ports,
				work,
			);
			const sound = wantsSound(plan.settings)
				? await hearSound(session.recording, tracks, steps.hearVoice, ports, work)
				: { voiceActivity: null, heard: [] };
			const scored = new Map<string, ScoredTrack[]>();
			for (const usable of tracks) {
				const { speaker, track } = usable;
				const subject = `${speaker.id}/${track.id}`;
				const own = work.under(about.id, subject);
				const activity = await work.tolerate(track.video.path, async () => {
					// Scores of two detectors are not on one scale: where another one stands in, it does so for all.
					if (plan.settings.detector === 'embedded') {
						return lipScoresOf(usable, plan, steps.scoreLips, ports, own);
					}
					return shipped.get(usable) ?? faceScoresOf(usable, plan, steps.scoreFaces, ports, own);
				});
				if (!activity) continue;
				// Reported for what was stored, too: the screens count it as done.
				const frames = activity.scores.length;
				work.progress(about.id, { subject, done: frames, total: frames, unit: 'frames' });
				const list = scored.get(speaker.id) ?? [];
				list.push({ trackId: track.id, startSeconds: track.startSeconds, activity });
				scored.set(speaker.id, list);
			}
			const speakers = session.speakers.map(({ id }) => ({
				speakerId: id,
				tracks: scored.get(id) ?? [],
			}));
			return { plan, scored: { speakers, ...sound } };
		},
	};
}

async function faceScoresOf(
	{ track: { video, frameStart }, content }: UsableTrack,
	{ settings }: RunPlan,
	score: typeof scoreFaces,
	ports: Ports,
	work: Work,
): Promise<ActivityScores> {
	const version = await versionOf(storedFaceScores, settings, ports);
	return work.cached(storedFaceScores, [content, version, frameStart], (noted) =>
		withFile(video, ports, noted, (media) => score(media, frameStart, settings, ports, noted)),
	);
}

/** By the lip clip that the session brings or, where that fails, by the face. */
async function lipScoresOf(
	{ track: { video, lips, frameStart }, content }: UsableTrack,
	{ settings }: RunPlan,
	score: typeof scoreLips,
	ports: Ports,
	work: Work,
): Promise<ActivityScores> {
	const scoresIn = async (
		source: LipSource,
		file: SourceFile,
		fileContent: string,
	): Promise<ActivityScores> => {
		const version = await versionOf(storedLipScores, source, ports);
		return work.cached(storedLipScores, [fileContent, version, source, frameStart], (noted) =>
			withFile(file, ports, noted, (media) => score(media, source, frameStart, ports, noted)),
		);
	};
	if (lips && !settings.recompute) {
		const scores = await work.tolerate(lips.path, async () =>
			scoresIn('clip', lips, await fingerprint(await lips.open(work.signal))),
		);
		if (scores) return scores;
	}
	return scoresIn('track', video, content);
}

/** The embedded recogniser hears for itself whether anybody speaks, and the baseline does not listen. */
function wantsSound({ speechActivity, detector }: RunSettings): boolean {
	return speechActivity !== 'baseline' && detector !== 'embedded';
}
