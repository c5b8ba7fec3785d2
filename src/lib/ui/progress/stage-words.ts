import { byStage, stageList } from '../../pipeline/stages/list.ts';

/** What people read about each stage. */
export const stageWords = byStage(({ title, explanation }) => ({ title, explanation }));

/** The title of a stage as a report names it. */
export function stageTitle(stage: string): string {
	if (stage === 'model') return 'Loading the model';
	return stageList.find(({ id }) => id === stage)?.title ?? stage;
}
