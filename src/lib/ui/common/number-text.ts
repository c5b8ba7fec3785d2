const sizes = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `812 MB`, `5.6 MB`: decimal units, two or three figures. */
export function bytesText(bytes: number): string {
	let value = Math.max(0, bytes);
	let size = 0;
	while (value >= 999.5 && size < sizes.length - 1) {
		value /= 1000;
		size += 1;
	}
	const digits = size > 0 && value < 9.95 ? 1 : 0;
	return `${value.toFixed(digits)} ${sizes[size] ?? ''}`;
}

/** `24.2 %` of a fraction; a dash where there is no number. */
export function percentText(fraction: number | null, digits = 1): string {
	return fraction === null ? '–' : `${(fraction * 100).toFixed(digits)} %`;
}

/** `1 speaker`, `6 speakers`. */
export function countText(count: number, one: string, many = `${one}s`): string {
	return `${count} ${count === 1 ? one : many}`;
}
