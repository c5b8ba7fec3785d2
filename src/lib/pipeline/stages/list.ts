import type { StageAbout } from '../stage-about.ts';
import { activity } from './activity/about.ts';
import { conversations } from './conversations/about.ts';
import { decode } from './decode/about.ts';
import { level } from './level/about.ts';
import { faces } from './faces/about.ts';
import { people } from './people/about.ts';
import { scores } from './scores/about.ts';
import { segments } from './segments/about.ts';
import { lips, recognition } from './words/about.ts';

/**
 * Every stage, in order: ids, words on the screen, records of work and time left all derive from this
 * list. It holds no code of the stages, so that the main thread may read it; `run-session.ts` runs them.
 */
export const stageList = [
	decode,
	faces,
	people,
	activity,
	segments,
	lips,
	recognition,
	level,
	conversations,
	scores,
] as const satisfies readonly StageAbout[];

export type StageId = (typeof stageList)[number]['id'];

export const stageIds: readonly StageId[] = stageList.map(({ id }) => id);

/** The stages of a session, by what is known of its speakers. */
export function stagesFor(cast: 'given' | 'found'): readonly StageId[] {
	const abouts: readonly (StageAbout & { readonly id: StageId })[] = stageList;
	return abouts.filter((about) => (about.cast ?? cast) === cast).map(({ id }) => id);
}

/** One value for each stage. */
export function byStage<T>(valueOf: (about: StageAbout) => T): Readonly<Record<StageId, T>> {
	const entries = stageList.map((about) => [about.id, valueOf(about)] as const);
	// An entry for each id of the list, which is what the type says.
	return Object.fromEntries(entries) as Record<StageId, T>;
}
