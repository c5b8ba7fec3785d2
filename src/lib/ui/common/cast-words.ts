import { getContext, setContext } from 'svelte';

/** What those who talk are called. */
export interface CastWords {
	/** `speaker` */
	readonly one: string;
	/** `speakers` */
	readonly many: string;
	/** `Speaker` */
	readonly title: string;
	/** `Speakers` */
	readonly titles: string;
}

/** As metadata call them. */
const given: CastWords = {
	...{ one: 'speaker', many: 'speakers' },
	...{ title: 'Speaker', titles: 'Speakers' },
};
/** Whom nobody has named yet. */
const found: CastWords = {
	...{ one: 'person', many: 'people' },
	...{ title: 'Person', titles: 'People' },
};

const key = Symbol('cast');

/** Says for every component below whether those who talk were found by a run. */
export function provideCast(isFound: () => boolean): () => CastWords {
	const words = (): CastWords => (isFound() ? found : given);
	setContext(key, words);
	return words;
}

/** What those who talk are called here; speakers where nobody says. */
export function useCastWords(): () => CastWords {
	return getContext<(() => CastWords) | undefined>(key) ?? (() => given);
}
