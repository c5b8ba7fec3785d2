import type { StageAbout } from '../../stage-about.ts';

export const faces = {
	id: 'faces',
	title: 'Faces',
	explanation: 'Follows faces through the picture, and looks whether they speak',
	firstWeight: 60,
	cast: 'found',
} as const satisfies StageAbout;
