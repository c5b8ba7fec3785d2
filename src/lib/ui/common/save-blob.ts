/** Hands a file to the browser's downloads. */
export function saveBlob(blob: Blob, name: string): void {
	const url = URL.createObjectURL(blob);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	// The browser reads it after this turn; a minute is long enough to begin.
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Hands comma-separated values to the browser's downloads; the name without its ending. */
export function saveCsv(text: string, stem: string): void {
	saveBlob(new Blob([text], { type: 'text/csv;charset=utf-8' }), `${stem}.csv`);
}
