import type { StageAbout } from '../../stage-about.ts';

export const segments = {
	id: 'segments',
	title: 'Segments',
	explanation: 'Cuts each speaker’s talk into stretches',
	firstWeight: 1,
	cast: 'given',
} as const satisfies StageAbout;
