/** 20 ms at 16 kHz. */
export const blockSamples = 320;

/** Quieter than this (root mean square, full scale 1) is digital silence and its dither: -66 dB. */
const silenceLevel = 5e-4;

/**
 * Speech rises and falls by far more than this between its loud and its quiet twentieths of a second;
 * hum and noise do not. In decibels, 95th over 10th percentile. White noise in blocks of this length
 * comes to 1.5, speech at 0 dB under babble to 8 and more.
 */
const leastSwingDecibels = 3;

/** Where speech is at least this likely over a quarter of a second, somebody may speak. */
const leastSpeech = 0.3;
const speechFrames = 6;

/**
 * Whether a stretch of sound can hold speech at all. What cannot is not shown to Whisper, which writes
 * something down for anything that it hears.
 *
 * @param audio 16 kHz
 * @param speech probability of speech, 25 a second; unknown (NaN) counts as speech; null when nothing is known
 */
export function mayHoldSpeech(audio: Float32Array, speech: ArrayLike<number> | null): boolean {
	if (speech && mostLikely(speech) < leastSpeech) return false;
	const levels = levelsOf(audio);
	if (levels.length === 0) return false;
	levels.sort();
	const at = (part: number): number => levels[Math.floor(part * (levels.length - 1))] ?? 0;
	if (at(0.95) < silenceLevel) return false;
	return 20 * Math.log10(at(0.95) / Math.max(at(0.1), silenceLevel / 10)) >= leastSwingDecibels;
}

/** Root mean square of each block. */
export function levelsOf(audio: Float32Array): Float32Array {
	const levels = new Float32Array(Math.floor(audio.length / blockSamples));
	for (let block = 0; block < levels.length; block++) {
		let sum = 0;
		for (let i = block * blockSamples; i < (block + 1) * blockSamples; i++) sum += audio[i]! ** 2;
		levels[block] = Math.sqrt(sum / blockSamples);
	}
	return levels;
}

/** The highest mean over a quarter of a second. */
function mostLikely(speech: ArrayLike<number>): number {
	const width = Math.min(speechFrames, speech.length);
	let highest = 0;
	let sum = 0;
	for (let i = 0; i < speech.length; i++) {
		sum += known(speech[i]!) - (i >= width ? known(speech[i - width]!) : 0);
		if (i >= width - 1) highest = Math.max(highest, sum / width);
	}
	return highest;
}

function known(probability: number): number {
	return Number.isNaN(probability) ? 1 : probability;
}
