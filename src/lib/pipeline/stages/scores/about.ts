import type { StageAbout } from '../../stage-about.ts';

export const scores = {
	id: 'scores',
	title: 'Scores',
	explanation: 'Compares with the labels, where there are any',
	firstWeight: 1,
} as const satisfies StageAbout;
