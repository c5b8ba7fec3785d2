import type { PeopleCount } from '../domain/people.ts';
import type { SessionResult } from '../domain/result.ts';
import type { RunSettings } from '../domain/settings.ts';
import { stagesFor, type StageId } from '../pipeline/stages/list.ts';

/** The first stage that each setting has a part in; those after it depend on it. */
const firstStages: Readonly<Record<keyof RunSettings, StageId>> = {
	people: 'people',
	speechActivity: 'activity',
	detector: 'activity',
	audioScale: 'activity',
	recompute: 'activity',
	recogniser: 'lips',
	decoding: 'lips',
	language: 'lips',
	conversations: 'conversations',
};

/** What another run would do that this one has not done. */
interface RerunPlan {
	/** Settings that differ. */
	readonly changed: readonly (keyof RunSettings)[];
	/** Stages that may be computed again; all others come from the store. */
	readonly stages: readonly StageId[];
	/** How long these took in this run, in seconds; null where some of them came from the store then. */
	readonly lastSeconds: number | null;
}

/** What a run with other settings computes again, of a session that has a result. */
export function rerunPlan(result: SessionResult, settings: RunSettings): RerunPlan {
	const before = result.settings;
	const changed = settingNames.filter((name) =>
		name === 'people'
			? !samePeople(before.people, settings.people)
			: before[name] !== settings[name],
	);
	const all = stagesFor(result.people ? 'found' : 'given');
	// A session whose people are given has no stage for finding them: the next one takes its place.
	const places = changed.map((name) => Math.max(0, all.indexOf(firstStages[name])));
	const stages = changed.length === 0 ? [] : all.slice(Math.min(...places));
	const { fromStore, stages: seconds } = result.report;
	const known = stages.every((stage) => !fromStore.includes(stage));
	const lastSeconds = stages.reduce((sum, stage) => sum + (seconds[stage] ?? 0), 0);
	return { changed, stages, lastSeconds: known ? lastSeconds : null };
}

const settingNames: readonly (keyof RunSettings)[] = [
	'people',
	'speechActivity',
	'detector',
	'audioScale',
	'recompute',
	'recogniser',
	'decoding',
	'language',
	'conversations',
];

function samePeople(a: PeopleCount | null, b: PeopleCount | null): boolean {
	return a?.least === b?.least && a?.most === b?.most;
}
