/** A file that is written: text in UTF-8. */
export interface TextFile {
	/** With the folders it lies in, if any: `spk_0.vtt`, `vtt/spk_0.vtt`. */
	readonly name: string;
	readonly text: string;
}
