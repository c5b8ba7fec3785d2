/** What must stand in quotation marks (RFC 4180), and white space at an end, which readers drop. */
const needsQuotes = /[",\r\n]|^\s|\s$/u;

/**
 * Rows as comma-separated values (RFC 4180): a line for each, ended by CR LF. Null is an empty field;
 * numbers are written with a point and as many digits as they have.
 */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
	const field = (value: string | number | null): string => {
		const text = value === null ? '' : String(value);
		return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
	};
	return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
