import type { TimeRange } from '../../domain/time-range.ts';

/** Stretches in the order of their starts, of which those in sight are found without looking at all. */
export class SpanIndex<T extends TimeRange> {
	readonly spans: readonly T[];
	/** The latest end up to and with each stretch, so that a long one is found behind short ones. */
	readonly #latestEnds: Float64Array;

	constructor(spans: readonly T[]) {
		this.spans = [...spans].sort((a, b) => a.startSeconds - b.startSeconds);
		this.#latestEnds = new Float64Array(this.spans.length);
		let latest = -Infinity;
		for (const [i, { endSeconds }] of this.spans.entries()) {
			latest = Math.max(latest, endSeconds);
			this.#latestEnds[i] = latest;
		}
	}

	/**
	 * First and behind-last place of those that may reach into a range: every one that does lies between
	 * them, and besides these only such as a longer one hides.
	 */
	between({ startSeconds, endSeconds }: TimeRange): readonly [from: number, to: number] {
		const from = firstWhere(
			this.spans.length,
			(i) => (this.#latestEnds[i] ?? Infinity) > startSeconds,
		);
		const to = firstWhere(
			this.spans.length,
			(i) => (this.spans[i]?.startSeconds ?? Infinity) >= endSeconds,
		);
		return [from, Math.max(from, to)];
	}

	/** The last to begin of those that take in this moment, or null. */
	at(seconds: number): T | null {
		const to = firstWhere(
			this.spans.length,
			(i) => (this.spans[i]?.startSeconds ?? Infinity) > seconds,
		);
		for (let i = to - 1; i >= 0 && (this.#latestEnds[i] ?? 0) > seconds; i -= 1) {
			const span = this.spans[i];
			if (span && span.endSeconds > seconds) return span;
		}
		return null;
	}
}

/** The first of `count` places for which a condition holds that holds for all behind it too. */
function firstWhere(count: number, holds: (place: number) => boolean): number {
	let low = 0;
	let high = count;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (holds(middle)) high = middle;
		else low = middle + 1;
	}
	return low;
}
