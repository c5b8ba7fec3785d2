/** How far a slow call is. `done` and `total` count the same `unit`; `total` may grow. */
export interface Progress {
	readonly stage: string;
	/** What the stage works on, when there are several of a kind: a speaker, a track. */
	readonly subject?: string;
	readonly done: number;
	readonly total: number;
	readonly unit:
		'frames' | 'seconds' | 'segments' | 'files' | 'bytes' | 'pairs' | 'steps' | 'sessions';
}

export type OnProgress = (progress: Progress) => void;

/** What every slow call takes. */
export interface SlowOptions {
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: OnProgress | undefined;
}
