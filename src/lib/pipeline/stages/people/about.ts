import type { StageAbout } from '../../stage-about.ts';

export const people = {
	id: 'people',
	title: 'People',
	explanation: 'Finds speech and tells people apart by their voices',
	firstWeight: 30,
	cast: 'found',
} as const satisfies StageAbout;
