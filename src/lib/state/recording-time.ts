import type { ModelSpeed } from './models-client.ts';

/** Seconds a run may take. */
export interface TimeGuess {
	readonly leastSeconds: number;
	readonly mostSeconds: number;
	/** Whether it rests on a run on this machine, or on others alone. */
	readonly measured: boolean;
}

/** How much of a recording people talk in: from a quiet interview to a lively meeting. */
const speech = { least: 0.4, most: 0.95 };

/** Seconds for each second of sound: reading it, finding speech, telling voices apart. */
const listening = { least: 0.03, most: 0.15 };

/**
 * Seconds for each second of speech, Whisper base in eight bits, on two threads: from packed windows to
 * short turns that fill none. More threads help little beyond four.
 */
const words = { least: 0.08, most: 0.6 };

/** What a measured speed may be off by, for other talk than what it was measured on. */
const spread = 1.5;

/**
 * How long a recording takes, before any of it was run.
 *
 * @param speed of the recogniser in its latest run here; null where there was none.
 */
export function guessTime(
	durationSeconds: number,
	threads: number,
	speed: ModelSpeed | null,
): TimeGuess {
	const measured =
		speed?.unit === 'seconds' && speed.amount > 0 ? speed.computeSeconds / speed.amount : null;
	const share = 2 / Math.min(4, Math.max(1, threads));
	const least = measured === null ? words.least * share : measured / spread;
	const most = measured === null ? words.most * share : measured * spread;
	return {
		leastSeconds: durationSeconds * (listening.least + speech.least * least),
		mostSeconds: durationSeconds * (listening.most + speech.most * most),
		measured: measured !== null,
	};
}
