import type { ModelUse } from '../domain/result.ts';
import type { Problem } from '../support/errors.ts';
import type { Progress } from '../support/progress.ts';
import type { StageId } from './stages/list.ts';

/** What a run reports while it runs. */
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
