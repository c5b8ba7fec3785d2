import type { StageAbout } from '../../stage-about.ts';

/** Lips and words come segment by segment, so one folder does both. */
export const lips = {
	id: 'lips',
	title: 'Lips',
	explanation: 'Finds the mouth in every frame of talk',
	firstWeight: 24,
	cast: 'given',
} as const satisfies StageAbout;

export const recognition = {
	id: 'recognition',
	title: 'Words',
	explanation: 'Turns speech into words',
	firstWeight: 13,
} as const satisfies StageAbout;
