import type { StageAbout } from '../../stage-about.ts';

export const decode = {
	id: 'decode',
	title: 'Decode',
	explanation: 'Reads sound and pictures out of the recordings',
	firstWeight: 4,
	cast: 'given',
} as const satisfies StageAbout;
