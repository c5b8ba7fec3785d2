/** What fingers, pens and mice do to a timeline. Places are in pixels from the left edge of the lanes. */
export interface GestureTarget {
	zoomAt(x: number, factor: number): void;
	panBy(pixels: number): void;
	seekAt(x: number): void;
	selectBetween(fromX: number, toX: number): void;
	selectTo(x: number): void;
}

/** One pointer as an event tells of it. */
export interface PointerSample {
	readonly pointerId: number;
	readonly x: number;
	/** A finger pans where a mouse selects. */
	readonly touch: boolean;
	/** Milliseconds of any clock. */
	readonly time: number;
	readonly shift: boolean;
}

interface Pressed {
	readonly start: PointerSample;
	x: number;
	/** What it turned out to be; null until it has moved. */
	doing: 'pan' | 'select' | 'pinch' | null;
}

const movedPixels = { mouse: 3, touch: 8 } as const;
/** A finger that rests so long before it moves selects. */
const holdMilliseconds = 400;
/** Fingers nearer than this tell no direction of a pinch. */
const leastPinchPixels = 16;

/**
 * Tells a click from a drag and a pinch: a mouse selects by dragging and seeks by clicking; a finger
 * pans, two zoom, a tap seeks, and a finger that is held first selects.
 */
export class PointerGestures {
	readonly #target: GestureTarget;
	readonly #pressed = new Map<number, Pressed>();

	constructor(target: GestureTarget) {
		this.#target = target;
	}

	down(sample: PointerSample): void {
		// A third finger says nothing new.
		if (this.#pressed.size >= 2) return;
		this.#pressed.set(sample.pointerId, { start: sample, x: sample.x, doing: null });
		if (this.#pressed.size < 2) return;
		for (const pressed of this.#pressed.values()) pressed.doing = 'pinch';
	}

	move(sample: PointerSample): void {
		const pressed = this.#pressed.get(sample.pointerId);
		if (!pressed) return;
		const before = pressed.x;
		if (pressed.doing === 'pinch') {
			this.#pinch(pressed, sample.x);
			return;
		}
		const least = sample.touch ? movedPixels.touch : movedPixels.mouse;
		if (pressed.doing === null) {
			if (Math.abs(sample.x - pressed.start.x) < least) return;
			const held = sample.time - pressed.start.time >= holdMilliseconds;
			pressed.doing = sample.touch && !held ? 'pan' : 'select';
		}
		pressed.x = sample.x;
		if (pressed.doing === 'pan') this.#target.panBy(before - sample.x);
		else this.#target.selectBetween(pressed.start.x, sample.x);
	}

	up(sample: PointerSample): void {
		const pressed = this.#pressed.get(sample.pointerId);
		this.#release(sample.pointerId);
		if (pressed?.doing !== null) return;
		if (sample.shift) this.#target.selectTo(sample.x);
		else this.#target.seekAt(sample.x);
	}

	cancel(pointerId: number): void {
		this.#release(pointerId);
	}

	/** Of two fingers the other one goes on panning, and seeks nothing when it is lifted. */
	#release(pointerId: number): void {
		this.#pressed.delete(pointerId);
		for (const left of this.#pressed.values()) if (left.doing === 'pinch') left.doing = 'pan';
	}

	#pinch(moved: Pressed, x: number): void {
		const other = [...this.#pressed.values()].find((pressed) => pressed !== moved);
		const before = moved.x;
		moved.x = x;
		if (!other) return;
		const [far, near] = [Math.abs(x - other.x), Math.abs(before - other.x)];
		const [middle, middleBefore] = [(x + other.x) / 2, (before + other.x) / 2];
		this.#target.panBy(middleBefore - middle);
		if (far >= leastPinchPixels && near >= leastPinchPixels) {
			this.#target.zoomAt(middle, far / near);
		}
	}
}

/** A turn of a mouse wheel, or two fingers on a touch pad. */
export interface WheelTurn {
	readonly deltaX: number;
	readonly deltaY: number;
	/** 0 pixels, 1 lines, 2 pages, as `WheelEvent.deltaMode` has it. */
	readonly deltaMode: number;
	/** Ctrl or Command; a pinch on a touch pad comes with it. */
	readonly zooms: boolean;
	readonly shift: boolean;
}

const linePixels = 16;
/** Turning so many pixels goes nearer by e. */
const pixelsPerFold = 220;
/** One jerk of a wheel does not go through the whole recording. */
const mostFold = 0.7;

/** What a turn does. @returns whether it is not for the page to scroll by */
export function turnWheel(
	target: Pick<GestureTarget, 'panBy' | 'zoomAt'>,
	turn: WheelTurn,
	x: number,
	width: number,
): boolean {
	const unit = turn.deltaMode === 1 ? linePixels : turn.deltaMode === 2 ? width : 1;
	if (turn.zooms) {
		const folds = (-turn.deltaY * unit) / pixelsPerFold;
		target.zoomAt(x, Math.exp(Math.max(-mostFold, Math.min(mostFold, folds))));
		return true;
	}
	const sideways = turn.shift && turn.deltaX === 0 ? turn.deltaY : turn.deltaX;
	if (!turn.shift && Math.abs(sideways) <= Math.abs(turn.deltaY)) return false;
	target.panBy(sideways * unit);
	return true;
}
