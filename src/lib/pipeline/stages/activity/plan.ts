import type { ActivityScores } from '../../../domain/activity.ts';
import type { SourceFile } from '../../../domain/session.ts';
import type { Detector, RunSettings } from '../../../domain/settings.ts';
import { parseActivityScores } from '../../../perception/active-speaker/activity-scores-file.ts';
import { ConfabError } from '../../../support/errors.ts';
import type { Ports } from '../../ports.ts';
import type { Work } from '../../work.ts';
import type { UsableTrack } from '../decode/usable-tracks.ts';
import { faceScoreModels, wantsBaseline } from './face-scores.ts';

/** Said of a run whose settings name Light-ASD where it is not here; the page of models says why. */
const embeddedInstead =
	'Light-ASD is not on this machine. The embedded recogniser tells who speaks instead, from lips and sound; it knows few faces.';

/** What a run does, once it is known what is here. */
export interface RunPlan {
	/** Those asked for, with the detector that is really used. */
	readonly settings: RunSettings;
}

/** The plan, and what it was made from. */
export interface ActivityPlan extends RunPlan {
	/** Scores that tracks bring and that are to be used. */
	readonly shipped: ReadonlyMap<UsableTrack, ActivityScores>;
}

/**
 * Chooses the detector, and reports when it is not the one that was asked for.
 *
 * @throws ConfabError `ModelUnavailable` when nothing can tell who speaks.
 */
export async function planActivity(
	tracks: readonly UsableTrack[],
	settings: RunSettings,
	parse: typeof readScores,
	ports: Ports,
	work: Work,
): Promise<ActivityPlan> {
	const shipped = await shippedScores(tracks, settings, parse, work);
	if (shipped.size === tracks.length) return { settings, shipped };
	const { detector, instead } = await chooseDetector(settings, ports);
	if (instead !== null) work.report({ file: 'active speaker detection', message: instead });
	return { settings: { ...settings, detector }, shipped };
}

/** Reads shipped scores. @throws ConfabError `InvalidSession`. */
export async function readScores(file: SourceFile, signal?: AbortSignal): Promise<ActivityScores> {
	return parseActivityScores(await (await file.open(signal)).text(), file.path);
}

/** The scores that tracks bring and that are to be used. They are Light-ASD's. */
async function shippedScores(
	tracks: readonly UsableTrack[],
	{ detector, recompute }: RunSettings,
	parse: typeof readScores,
	work: Work,
): Promise<ReadonlyMap<UsableTrack, ActivityScores>> {
	const found = new Map<UsableTrack, ActivityScores>();
	if (detector === 'embedded' || recompute) return found;
	for (const usable of tracks) {
		const { activity: file } = usable.track;
		if (!file) continue;
		const scores = await work.tolerate(file.path, () => parse(file, work.signal));
		if (scores) found.set(usable, scores);
	}
	return found;
}

/** What the settings name or, where its models are not here and another will do, that one and why. */
async function chooseDetector(
	settings: RunSettings,
	{ models }: Ports,
): Promise<{ readonly detector: Detector; readonly instead: string | null }> {
	if (wantsBaseline(settings)) return { detector: 'light-asd', instead: null };
	if (settings.detector === 'embedded') return { detector: 'embedded', instead: null };
	try {
		await Promise.all(faceScoreModels.map((id) => models.version(id)));
		return { detector: 'light-asd', instead: null };
	} catch (error) {
		if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
		return { detector: 'embedded', instead: embeddedInstead };
	}
}
