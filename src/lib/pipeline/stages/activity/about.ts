import type { StageAbout } from '../../stage-about.ts';

export const activity = {
	id: 'activity',
	title: 'Who speaks when',
	explanation: 'Watches each face and listens along',
	firstWeight: 56,
	cast: 'given',
} as const satisfies StageAbout;
