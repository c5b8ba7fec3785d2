/** Rounded for reading: what lies below is no measurement. */
export function rounded(value: number, digits: number): number {
	return Number(value.toFixed(digits));
}
