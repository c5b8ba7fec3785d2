/**
 * Text that stands on one line of any format: without the recogniser's `<unk>`, control characters and
 * runs of white space each one space, and a mark for what UTF-8 or XML
 * cannot write.
 */
export function plainText(text: string): string {
	// Nearly every word of a long recording.
	if (/^[!-;=-~]+$/.test(text)) return text;
	return (
		text
			.replaceAll('<unk>', '')
			// eslint-disable-next-line no-control-regex -- they break lines or end files
			.replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
			.replaceAll(/[\p{Surrogate}\uFFFE\uFFFF]/gu, '\uFFFD')
			.trim()
	);
}
