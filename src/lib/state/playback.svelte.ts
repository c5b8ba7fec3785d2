import { frameRateHz } from '../domain/session.ts';
import type { TimeRange } from '../domain/time-range.ts';

/** The speeds that are offered, the slowest first. */
export const playbackRates = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

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
	#only = $state.raw<TimeRange | null>(null);
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

	/** The stretch that is being played by itself, or null. */
	get only(): TimeRange | null {
		return this.#only;
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
		this.#only = null;
		engine?.seek(this.#seconds);
	}

	seek(seconds: number): void {
		this.#only = null;
		this.#seconds = this.#inside(seconds);
		this.#engine?.seek(this.#seconds);
	}

	play(): void {
		if (!this.#engine || this.#playing) return;
		const loop = this.#loop;
		if (loop && (this.#seconds < loop.startSeconds || this.#seconds >= loop.endSeconds)) {
			this.seek(loop.startSeconds);
		} else if (this.#seconds >= this.durationSeconds) this.seek(0);
		this.#playing = true;
		this.#engine.play(this.#rate);
	}

	/** Plays one stretch and stops at its end, whatever is repeated otherwise; wherever one goes meanwhile, it plays on. */
	playOnly({ startSeconds, endSeconds }: TimeRange): void {
		if (!this.#engine) return;
		this.seek(startSeconds);
		this.#only = { startSeconds, endSeconds };
		if (this.#playing) return;
		this.#playing = true;
		this.#engine.play(this.#rate);
	}

	pause(): void {
		if (!this.#playing) return;
		this.#playing = false;
		this.#only = null;
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

	/** The next speed that is offered: 1 faster, -1 slower. */
	changeRate(by: 1 | -1): void {
		const next =
			by > 0
				? playbackRates.find((rate) => rate > this.#rate)
				: playbackRates.findLast((rate) => rate < this.#rate);
		if (next !== undefined) this.setRate(next);
	}

	/** Goes on or back by some seconds. */
	jump(seconds: number): void {
		this.seek(this.#seconds + seconds);
	}

	/** Stops, and shows the frame that comes so many after the one that is shown, or before. */
	step(frames: number): void {
		this.pause();
		// What stands for a frame's time is rounded: a thousandth before it is the frame itself.
		const shown = Math.floor(this.#seconds * frameRateHz + 0.025);
		this.seek((shown + frames) / frameRateHz);
	}

	/** What is played over and over; null for the recording once. What lies outside it is left out. */
	setLoop(range: TimeRange | null): void {
		const startSeconds = this.#inside(range?.startSeconds ?? 0);
		const endSeconds = this.#inside(range?.endSeconds ?? 0);
		this.#loop = range && endSeconds > startSeconds ? { startSeconds, endSeconds } : null;
	}

	/** Told by the engine while it plays: how far it has come. */
	reached(seconds: number): void {
		const only = this.#only;
		if (only) {
			this.#seconds = this.#inside(Math.min(seconds, only.endSeconds));
			if (seconds >= Math.min(only.endSeconds, this.durationSeconds)) this.pause();
			return;
		}
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
