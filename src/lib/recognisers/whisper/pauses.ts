import { sampleRateHz } from '../../domain/session.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { blockSamples, levelsOf } from './speech-gate.ts';

const blocksPerSecond = sampleRateHz / blockSamples;

/** Shorter ones are in the midst of words: the closure before a plosive. 0.2 s. */
const shortestPause = 10;

/** Where loud and quiet are nearer, pauses cannot be told by their level. */
const leastSwingDecibels = 12;

/**
 * Times of words without the pauses around them. Attention tells when a word is over; a pause before it counts
 * as its beginning. A word in which no pause is heard, or nothing else, keeps its times.
 *
 * @param words in the sound's time
 * @param audio 16 kHz
 */
export function trimPauses<Word extends TimeRange>(
	words: readonly Word[],
	audio: Float32Array,
): Word[] {
	const levels = levelsOf(audio).map((level) => 20 * Math.log10(Math.max(level, 1e-5)));
	const sorted = Float32Array.from(levels).sort();
	const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
	const [quiet, loud] = [at(0.1), at(0.95)];
	if (loud - quiet < leastSwingDecibels) return [...words];
	// A third of the way up: breath and room are below, weak consonants mostly above.
	const threshold = quiet + (loud - quiet) / 3;
	return words.map((word) => {
		const from = Math.floor(word.startSeconds * blocksPerSecond);
		const to = Math.min(levels.length, Math.ceil(word.endSeconds * blocksPerSecond));
		const sounds: number[] = [];
		for (let i = from; i < to; i++) if (levels[i]! >= threshold) sounds.push(i);
		const last = sounds.at(-1);
		if (last === undefined) return word;
		const begins = sounds.findLast(
			(block, i) => block - (sounds[i - 1] ?? from - 1) > shortestPause,
		);
		return {
			...word,
			startSeconds:
				begins === undefined
					? word.startSeconds
					: Math.max(word.startSeconds, begins / blocksPerSecond),
			endSeconds:
				to - last > shortestPause
					? Math.min(word.endSeconds, (last + 1) / blocksPerSecond)
					: word.endSeconds,
		};
	});
}
