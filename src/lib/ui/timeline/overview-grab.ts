import type { TimelineView } from '../../state/timeline-view.svelte.ts';
import { secondsAt, shownRange, xOf } from '../../state/timeline-scale.ts';
import type { Scale } from '../../state/timeline-scale.ts';

/** What a pointer takes hold of in the strip that shows all of the recording. */
export type Grab = 'start' | 'end' | 'window' | 'ground';

/** So far from an edge it is still the edge that is meant, in pixels: outside, and inside. */
const reach = { mouse: [8, 6], touch: [20, 10] } as const;

/**
 * Tells what lies under a pointer.
 *
 * @param window where the part in sight begins and ends, in pixels
 */
export function grabAt(x: number, window: readonly [number, number], touch: boolean): Grab {
	const [start, end] = window;
	const [outside, wanted] = touch ? reach.touch : reach.mouse;
	// Of a narrow window the middle third stays for moving it.
	const inside = Math.min(wanted, (end - start) / 3);
	if (x >= start - outside && x <= start + inside) return 'start';
	if (x <= end + outside && x >= end - inside) return 'end';
	return x > start && x < end ? 'window' : 'ground';
}

/** Moves and resizes what is in sight by the strip that shows all of the recording. */
export class OverviewDrag {
	readonly #view: TimelineView;
	readonly #scale: Scale;
	readonly #grab: Grab | 'draw';
	readonly #startSeconds: number;
	/** From the middle of what is in sight to where it was taken hold of. */
	readonly #offset: number;

	/** @param scale of all of the recording */
	constructor(view: TimelineView, scale: Scale, x: number, touch: boolean) {
		const { startSeconds, endSeconds } = view.range;
		const grab = grabAt(x, [xOf(scale, startSeconds), xOf(scale, endSeconds)], touch);
		this.#view = view;
		this.#scale = scale;
		this.#startSeconds = secondsAt(scale, x);
		// Where all is in sight there is nothing to move: a new window is drawn up.
		this.#grab = view.whole && grab === 'window' ? 'draw' : grab;
		if (grab === 'ground') view.centreOn(this.#startSeconds);
		const middle = (view.range.startSeconds + view.range.endSeconds) / 2;
		this.#offset = this.#startSeconds - middle;
	}

	move(x: number): void {
		const seconds = secondsAt(this.#scale, x);
		if (this.#grab === 'start' || this.#grab === 'end') this.#view.moveEdge(this.#grab, seconds);
		else if (this.#grab === 'draw') this.#draw(seconds);
		else this.#view.centreOn(seconds - this.#offset);
	}

	#draw(seconds: number): void {
		if (seconds === this.#startSeconds) return;
		const range = {
			startSeconds: Math.min(seconds, this.#startSeconds),
			endSeconds: Math.max(seconds, this.#startSeconds),
		};
		this.#view.show(shownRange(range, this.#scale.range.endSeconds));
	}
}
