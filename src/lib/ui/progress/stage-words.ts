import type { StageId } from '../../domain/job.ts';

/** What people are told about a stage. */
export interface StageWords {
	readonly title: string;
	readonly explanation: string;
}

export const stageWords: Readonly<Record<StageId, StageWords>> = {
	decode: { title: 'Decode', explanation: 'Reads sound and pictures out of the recordings' },
	activity: { title: 'Who speaks when', explanation: 'Watches each face and listens along' },
	segments: { title: 'Segments', explanation: 'Cuts each speaker’s talk into stretches' },
	lips: { title: 'Lips', explanation: 'Finds the mouth in every frame of talk' },
	recognition: { title: 'Words', explanation: 'Turns lips and sound into words' },
	conversations: { title: 'Conversations', explanation: 'Works out who talks with whom' },
	scores: { title: 'Scores', explanation: 'Compares with the labels, where there are any' },
};

/** The title of a stage as a report names it. */
export function stageTitle(stage: string): string {
	if (stage === 'model') return 'Loading the model';
	const found = Object.entries(stageWords).find(([id]) => id === stage);
	return found ? found[1].title : stage;
}
