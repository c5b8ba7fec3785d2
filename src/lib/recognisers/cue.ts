import { frameRateHz } from '../domain/session.ts';
import type { RecognisedCue, Word } from '../domain/transcript.ts';
import { joinUnits } from './decoding/units.ts';
import type { TimedUnit, Vocabulary } from './decoding/units.ts';

/**
 * The words of a chunk that begins at `startSeconds`, as a cue that spans it; null when there are none.
 * Its confidence is the mean of its words'.
 */
export function cueOf(
	vocabulary: Vocabulary,
	units: readonly TimedUnit[],
	startSeconds: number,
	frames: number,
): RecognisedCue | null {
	const words = joinUnits(vocabulary, units).map(
		({ text, startFrame, endFrame, confidence }): Word => ({
			text,
			startSeconds: startSeconds + startFrame / frameRateHz,
			endSeconds: startSeconds + endFrame / frameRateHz,
			confidence,
		}),
	);
	if (words.length === 0) return null;
	return {
		startSeconds,
		endSeconds: startSeconds + frames / frameRateHz,
		text: words.map((word) => word.text).join(' '),
		words,
		confidence: words.reduce((sum, word) => sum + word.confidence, 0) / words.length,
	};
}
