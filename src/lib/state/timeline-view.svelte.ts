import type { TimeRange } from '../domain/time-range.ts';
import { firstExtras, withLayer, type TimelineExtras } from './timeline-extras.ts';
import {
	keptRange,
	keyStepSeconds,
	pannedRange,
	pixelsPerSecond,
	resizedRange,
	revealedRange,
	secondsAt,
	shownRange,
	zoomedRange,
} from './timeline-scale.ts';
import type { Scale } from './timeline-scale.ts';
import type { Studio } from './studio.svelte.ts';

/** How much nearer one press of a key or a button goes. */
const zoomStep = 1.6;

/**
 * The timeline as it is looked at: what of the recording is in sight, and what keys, pointers and
 * playing do to it. Places are in pixels from the left edge of the lanes.
 */
export class TimelineView {
	readonly #studio: Studio;
	readonly #durationSeconds: number;
	#width = $state.raw(0);
	#extras = $state.raw(firstExtras);
	readonly #range = $derived.by(() => shownRange(this.#studio.visible, this.#durationSeconds));
	readonly #scale = $derived.by((): Scale => ({ range: this.#range, width: this.#width }));

	constructor(studio: Studio) {
		this.#studio = studio;
		this.#durationSeconds = studio.playback.durationSeconds;
	}

	/** What is in sight. */
	get range(): TimeRange {
		return this.#range;
	}

	get scale(): Scale {
		return this.#scale;
	}

	get extras(): TimelineExtras {
		return this.#extras;
	}

	/** Whether all of the recording is in sight. */
	get whole(): boolean {
		return keptRange(this.#range, this.#durationSeconds) === null;
	}

	/** @param width of the lanes, in CSS pixels */
	resize(width: number): void {
		this.#width = width;
	}

	setExtra(extra: 'waveform' | 'labels', shown: boolean): void {
		this.#extras = { ...this.#extras, [extra]: shown };
	}

	/** @param kind id of a kind of layer */
	setLayer(kind: string, shown: boolean): void {
		this.#extras = withLayer(this.#extras, kind, shown);
	}

	/** @param factor above 1 for nearer; the moment at this place stays where it is */
	zoomAt(x: number, factor: number): void {
		this.#zoom(factor, secondsAt(this.#scale, x));
	}

	/** One step nearer or farther, around the position where it is in sight, else around the middle. */
	zoomStep(nearer: boolean): void {
		const { startSeconds, endSeconds } = this.#range;
		const { seconds } = this.#studio.playback;
		const inSight = seconds >= startSeconds && seconds <= endSeconds;
		this.#zoom(
			nearer ? zoomStep : 1 / zoomStep,
			inSight ? seconds : (startSeconds + endSeconds) / 2,
		);
	}

	/** @param pixels above 0 for what comes later */
	panBy(pixels: number): void {
		const perSecond = pixelsPerSecond(this.#scale);
		if (perSecond > 0) this.panSeconds(pixels / perSecond);
	}

	panSeconds(seconds: number): void {
		this.show(pannedRange(this.#range, seconds, this.#durationSeconds));
	}

	/** One edge of what is in sight goes to this moment. */
	moveEdge(edge: 'start' | 'end', seconds: number): void {
		this.show(resizedRange(this.#range, edge, seconds, this.#durationSeconds));
	}

	/** Brings this moment into the middle. */
	centreOn(seconds: number): void {
		const { startSeconds, endSeconds } = this.#range;
		this.panSeconds(seconds - (startSeconds + endSeconds) / 2);
	}

	show(range: TimeRange): void {
		this.#studio.show(keptRange(range, this.#durationSeconds));
	}

	/** Shows all of the recording. */
	fit(): void {
		this.#studio.show(null);
	}

	/** Fills the lanes with what is selected. */
	showSelection(): void {
		const { selection } = this.#studio;
		if (selection) this.show(shownRange(selection, this.#durationSeconds));
	}

	seekAt(x: number): void {
		this.#studio.playback.seek(secondsAt(this.#scale, x));
	}

	/** Selects what lies between two places. */
	selectBetween(fromX: number, toX: number): void {
		this.#select(secondsAt(this.#scale, fromX), secondsAt(this.#scale, toX));
	}

	/** Selects from the position to this place. */
	selectTo(x: number): void {
		this.#select(this.#studio.playback.seconds, secondsAt(this.#scale, x));
	}

	/**
	 * Keeps the position in sight after it has moved, unless a person looks elsewhere while it plays on.
	 *
	 * @param beforeSeconds where it was
	 */
	follow(beforeSeconds: number): void {
		const { startSeconds, endSeconds } = this.#range;
		const { seconds, playing } = this.#studio.playback;
		if (seconds === beforeSeconds) return;
		const looksElsewhere = beforeSeconds < startSeconds || beforeSeconds > endSeconds;
		if (playing && looksElsewhere) return;
		const next = revealedRange(this.#range, seconds, this.#durationSeconds);
		if (next !== this.#range) this.show(next);
	}

	/** What a key does. @returns whether it does anything here */
	press(key: string, extend = false): boolean {
		const actions: Readonly<Record<string, () => void>> = {
			'+': () => this.zoomStep(true),
			'=': () => this.zoomStep(true),
			'-': () => this.zoomStep(false),
			'0': () => this.fit(),
			ArrowRight: () => this.#step(1, extend),
			ArrowUp: () => this.#step(1, extend),
			ArrowLeft: () => this.#step(-1, extend),
			ArrowDown: () => this.#step(-1, extend),
			PageDown: () => this.#page(1),
			PageUp: () => this.#page(-1),
			Home: () => this.#go(0, extend),
			End: () => this.#go(this.#durationSeconds, extend),
			Escape: () => this.#studio.select(null),
		};
		const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
		if (!action || (key === 'Escape' && !this.#studio.selection)) return false;
		action();
		return true;
	}

	#zoom(factor: number, atSeconds: number): void {
		this.show(zoomedRange(this.#range, factor, atSeconds, this.#durationSeconds));
	}

	#step(sign: 1 | -1, extend: boolean): void {
		this.#go(this.#studio.playback.seconds + sign * keyStepSeconds(this.#range), extend);
	}

	/** The position goes on by what is in sight, and so does what is in sight. */
	#page(sign: 1 | -1): void {
		const span = sign * (this.#range.endSeconds - this.#range.startSeconds);
		this.panSeconds(span);
		this.#studio.playback.seek(this.#studio.playback.seconds + span);
	}

	/** @param extend whether the selection grows or shrinks with the position, as in a text */
	#go(seconds: number, extend: boolean): void {
		const { playback, selection } = this.#studio;
		const before = playback.seconds;
		playback.seek(seconds);
		if (extend) this.#select(anchorOf(selection, before), playback.seconds);
	}

	/** Lets the selection begin where the recording is; without one it takes in what is in sight after that. */
	selectFromHere(): void {
		const { playback, selection, visible } = this.#studio;
		const end = selection?.endSeconds ?? 0;
		const later = visible?.endSeconds ?? this.#durationSeconds;
		this.#select(playback.seconds, end > playback.seconds ? end : later);
	}

	/** Lets the selection end where the recording is; without one it takes in what is in sight before that. */
	selectToHere(): void {
		const { playback, selection, visible } = this.#studio;
		const start = selection?.startSeconds ?? Infinity;
		const earlier = visible?.startSeconds ?? 0;
		this.#select(start < playback.seconds ? start : earlier, playback.seconds);
	}

	#select(a: number, b: number): void {
		const range = { startSeconds: Math.min(a, b), endSeconds: Math.max(a, b) };
		this.#studio.select(range.endSeconds > range.startSeconds ? range : null);
	}
}

/** The end of a selection that stays while the position, at its other end, goes on. */
function anchorOf(selection: TimeRange | null, position: number): number {
	if (selection && Math.abs(position - selection.endSeconds) < 1e-6) return selection.startSeconds;
	if (selection && Math.abs(position - selection.startSeconds) < 1e-6) return selection.endSeconds;
	return position;
}
