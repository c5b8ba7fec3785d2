import type { Rectangle } from '../signal/warp.ts';

/** Centre x, centre y, width / height, height. */
type Measures = readonly [number, number, number, number];

/** One of them with its speed in units a frame, and their covariance. */
interface Axis {
	readonly value: number;
	readonly speed: number;
	readonly valueVariance: number;
	readonly covariance: number;
	readonly speedVariance: number;
}

/** Standard deviations relative to the height: of where a box is, and of how fast it moves. */
const positionWeight = 1 / 20;
const speedWeight = 1 / 160;

/** Of width / height, which does not depend on the height. */
const aspect = { position: 1e-2, speed: 1e-5, measured: 1e-1 };

const heightAt = 3;
const aspectAt = 2;

/**
 * Where a box is and how it moves: the Kalman filter of DeepSORT, a step a frame. Its four measures do not depend on
 * each other, so each has a filter of its own. A value that never changes.
 */
export class BoxFilter {
	readonly #axes: readonly Axis[];

	private constructor(axes: readonly Axis[]) {
		this.#axes = axes;
	}

	/** A box that was seen once, at rest. */
	static from(box: Rectangle): BoxFilter {
		const measures = measuresOf(box);
		const height = measures[heightAt];
		return new BoxFilter(
			measures.map((value, i) => ({
				value,
				speed: 0,
				valueVariance: (i === aspectAt ? aspect.position : 2 * positionWeight * height) ** 2,
				covariance: 0,
				speedVariance: (i === aspectAt ? aspect.speed : 10 * speedWeight * height) ** 2,
			})),
		);
	}

	/** A frame later. */
	predict(): BoxFilter {
		const height = this.#axes[heightAt]!.value;
		return new BoxFilter(
			this.#axes.map(({ value, speed, valueVariance, covariance, speedVariance }, i) => {
				const positionNoise = i === aspectAt ? aspect.position : positionWeight * height;
				const speedNoise = i === aspectAt ? aspect.speed : speedWeight * height;
				return {
					value: value + speed,
					speed,
					valueVariance: valueVariance + 2 * covariance + speedVariance + positionNoise ** 2,
					covariance: covariance + speedVariance,
					speedVariance: speedVariance + speedNoise ** 2,
				};
			}),
		);
	}

	/** Once a box has been seen. */
	update(box: Rectangle): BoxFilter {
		const measures = measuresOf(box);
		return new BoxFilter(
			this.#axes.map((axis, i) => {
				const { value, speed, valueVariance, covariance, speedVariance } = axis;
				const total = valueVariance + this.#noise(i);
				const gain = valueVariance / total;
				const speedGain = covariance / total;
				const surprise = measures[i]! - value;
				return {
					value: value + gain * surprise,
					speed: speed + speedGain * surprise,
					valueVariance: valueVariance - gain * valueVariance,
					covariance: covariance - gain * covariance,
					speedVariance: speedVariance - speedGain * covariance,
				};
			}),
		);
	}

	/** How far a box is from where it is held to be: squared Mahalanobis distance, of four measures. */
	distance(box: Rectangle): number {
		return measuresOf(box).reduce((sum, measure, i) => {
			const { value, valueVariance } = this.#axes[i]!;
			return sum + (measure - value) ** 2 / (valueVariance + this.#noise(i));
		}, 0);
	}

	/** Where the box is held to be. */
	get box(): Rectangle {
		const [x, y, ratio, height] = this.#axes.map(({ value }) => value) as [
			number,
			number,
			number,
			number,
		];
		const width = ratio * height;
		return {
			left: x - width / 2,
			top: y - height / 2,
			right: x + width / 2,
			bottom: y + height / 2,
		};
	}

	/** Its measures, for tests: value and variance of the four, then of their speeds. */
	get state(): { readonly mean: readonly number[]; readonly variance: readonly number[] } {
		return {
			mean: [...this.#axes.map(({ value }) => value), ...this.#axes.map(({ speed }) => speed)],
			variance: [
				...this.#axes.map(({ valueVariance }) => valueVariance),
				...this.#axes.map(({ speedVariance }) => speedVariance),
			],
		};
	}

	/** Variance of what is measured. */
	#noise(i: number): number {
		const height = this.#axes[heightAt]!.value;
		return (i === aspectAt ? aspect.measured : positionWeight * height) ** 2;
	}
}

function measuresOf({ left, top, right, bottom }: Rectangle): Measures {
	const height = bottom - top;
	return [(left + right) / 2, (top + bottom) / 2, (right - left) / height, height];
}
