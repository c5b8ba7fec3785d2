import type { Problem } from '../support/errors.ts';
import type { Progress } from '../support/progress.ts';
import type { ModelUse } from './result.ts';

/** The stages of a run, in order. */
export const stageIds = [
	'decode',
	'activity',
	'segments',
	'lips',
	'recognition',
	'conversations',
	'scores',
] as const;

export type StageId = (typeof stageIds)[number];

/** What a run tells while it goes on. */
export type JobEvent =
	| { readonly kind: 'stage-started'; readonly stage: StageId }
	| {
			readonly kind: 'stage-done';
			readonly stage: StageId;
			readonly seconds: number;
			readonly fromStore: boolean;
	  }
	/** Progress of one stage on one speaker (`subject`). */
	| { readonly kind: 'progress'; readonly stage: StageId; readonly progress: Progress }
	| { readonly kind: 'model'; readonly use: ModelUse }
	| { readonly kind: 'problem'; readonly problem: Problem };
