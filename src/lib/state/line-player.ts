import type { TimeRange } from '../domain/time-range.ts';
import type { Playback } from './playback.svelte.ts';

/** How far back playing goes on after a pause, in seconds: what was said last is heard again. */
const rewindSeconds = 1;
/** So near to the end of a line it counts as played. */
const endSeconds = 0.05;

/** Plays the line that somebody is writing down, and nothing beyond it. */
export class LinePlayer {
	readonly #playback: Playback;

	constructor(playback: Playback) {
		this.#playback = playback;
	}

	/** From its beginning. */
	play(line: TimeRange): void {
		this.#playback.playOnly(line);
	}

	/** Stops; or plays on from a little earlier, from the beginning where it was played to the end. */
	toggle(line: TimeRange): void {
		const { playing, seconds } = this.#playback;
		if (playing) this.#playback.pause();
		else this.#from(this.#isIn(line) ? seconds - rewindSeconds : line.startSeconds, line);
	}

	/** Goes on or back by some seconds inside the line. */
	jump(line: TimeRange, bySeconds: number): void {
		const { playing, seconds } = this.#playback;
		if (playing) this.#from(seconds + bySeconds, line);
		else this.#playback.seek(held(seconds + bySeconds, line));
	}

	#from(seconds: number, line: TimeRange): void {
		this.#playback.playOnly({ ...line, startSeconds: held(seconds, line) });
	}

	#isIn({ startSeconds, endSeconds: end }: TimeRange): boolean {
		const { seconds } = this.#playback;
		return seconds >= startSeconds && seconds < end - endSeconds;
	}
}

function held(seconds: number, { startSeconds, endSeconds: end }: TimeRange): number {
	return Math.min(Math.max(seconds, startSeconds), Math.max(startSeconds, end - endSeconds));
}
