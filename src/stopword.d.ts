/** The package brings no types of its own. */
declare module 'stopword' {
	/** English words that say little by themselves, lower-case. */
	export const eng: readonly string[];
}
