import type { TimeRange } from '../domain/time-range.ts';

/** Something that is played: it follows the playback and tells it how far it has come. */
export interface PlaybackEngine {
	/** Goes to a place; what is shown there follows as soon as it can. */
	seek(seconds: number): void;
	play(rate: number): void;
	pause(): void;
}

/**
 * The one place in the recording that the timeline, the player and the transcript share, and whether it
 * moves.
 */
export class Playback {
	readonly durationSeconds: number;
	#seconds = $state.raw(0);
	#playing = $state.raw(false);
	#rate = $state.raw(1);
	#loop = $state.raw<TimeRange | null>(null);
	#engine: PlaybackEngine | null = null;

	constructor(durationSeconds: number, seconds = 0) {
		this.durationSeconds = durationSeconds;
		this.#seconds = this.#inside(seconds);
	}

	/** Where it is, in seconds of the recording. */
	get seconds(): number {
		return this.#seconds;
	}

	get playing(): boolean {
		return this.#playing;
	}

	/** Speed, 1 as recorded. */
	get rate(): number {
		return this.#rate;
	}

	/** What is played over and over, or null. */
	get loop(): TimeRange | null {
		return this.#loop;
	}

	/** Whether there is something to play. */
	get playable(): boolean {
		return this.#engine !== null;
	}

	/** The player that follows; null when it goes. */
	attach(engine: PlaybackEngine | null): void {
		if (this.#playing) this.#engine?.pause();
		this.#engine = engine;
		this.#playing = false;
		engine?.seek(this.#seconds);
	}

	seek(seconds: number): void {
		this.#seconds = this.#inside(seconds);
		this.#engine?.seek(this.#seconds);
	}

	play(): void {
		if (!this.#engine || this.#playing) return;
		if (this.#seconds >= this.durationSeconds) this.seek(this.#loop?.startSeconds ?? 0);
		this.#playing = true;
		this.#engine.play(this.#rate);
	}

	pause(): void {
		if (!this.#playing) return;
		this.#playing = false;
		this.#engine?.pause();
	}

	toggle(): void {
		if (this.#playing) this.pause();
		else this.play();
	}

	setRate(rate: number): void {
		this.#rate = rate;
		if (this.#playing) this.#engine?.play(rate);
	}

	setLoop(range: TimeRange | null): void {
		this.#loop = range;
	}

	/** Told by the engine while it plays: how far it has come. */
	reached(seconds: number): void {
		const loop = this.#loop;
		if (loop && this.#playing && seconds >= loop.endSeconds) {
			this.seek(loop.startSeconds);
			return;
		}
		this.#seconds = this.#inside(seconds);
		if (this.#seconds >= this.durationSeconds) this.pause();
	}

	#inside(seconds: number): number {
		return Math.min(Math.max(0, seconds), this.durationSeconds);
	}
}
