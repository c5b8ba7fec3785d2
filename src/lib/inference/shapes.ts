/** Elements of a tensor with these dimensions; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
	return dims.reduce((product, dimension) => product * dimension, 1);
}
