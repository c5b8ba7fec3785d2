import type { StageAbout } from '../../stage-about.ts';

export const conversations = {
	id: 'conversations',
	title: 'Conversations',
	explanation: 'Works out who talks with whom',
	firstWeight: 1,
} as const satisfies StageAbout;
