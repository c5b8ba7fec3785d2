import type { ModelsState } from '../../state/models.svelte.ts';

/** What a card asks for. */
export type ModelActions = Pick<
	ModelsState,
	'accept' | 'add' | 'check' | 'dismiss' | 'download' | 'pause' | 'remove' | 'resume' | 'verify'
>;
