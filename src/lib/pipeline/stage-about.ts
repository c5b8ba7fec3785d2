/** What screens and time left know of a stage: plain data, for the main thread reads it. */
export interface StageAbout {
	/** Names the stage in events, reports and records. */
	readonly id: string;
	readonly title: string;
	/** One line for people. */
	readonly explanation: string;
	/**
	 * Its part of a run's time, relative to the other stages, before a run was seen on this machine;
	 * measured runs replace it.
	 */
	readonly firstWeight: number;
	/** Whose sessions have it, where not all have: those whose speakers are given, or those whose are found. */
	readonly cast?: 'given' | 'found';
}
