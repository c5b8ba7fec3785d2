import type { StageAbout } from '../../stage-about.ts';

export const level = {
	id: 'level',
	title: 'Sound level',
	explanation: 'Measures how loud the recording is',
	firstWeight: 1,
} as const satisfies StageAbout;
