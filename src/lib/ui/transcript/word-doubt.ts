/** How sure the recogniser is of a word, in three steps that can be told apart when reading. */
export type Doubt = 'sure' | 'unsure' | 'doubtful';

/** Below a half another word is as likely; below three quarters it deserves a second look. */
export function doubtOf(confidence: number): Doubt {
	return confidence < 0.5 ? 'doubtful' : confidence < 0.75 ? 'unsure' : 'sure';
}
