/** The longest stretch that is decoded at once: 15 s at 25 Hz, as in the MCoRec baseline. */
export const maximumChunkFrames = 375;

/** How far before its latest place a cut may lie: a third of a chunk. */
const searchFrames = 125;

/** Half-open range of frames. */
export interface Chunk {
	readonly startFrame: number;
	readonly endFrame: number;
}

/**
 * Cuts a segment into chunks of at most `maximumFrames`, each cut where speech is least likely within the last third of
 * the chunk (the mean over five frames; the latest of equal places). Nothing is lost and nothing overlaps.
 * @param speech Probability of speech for each frame of the segment; unknown (NaN) counts as speech.
 */
export function cutIntoChunks(
	frameCount: number,
	speech: ArrayLike<number> | null,
	maximumFrames = maximumChunkFrames,
): Chunk[] {
	const chunks: Chunk[] = [];
	let startFrame = 0;
	while (frameCount - startFrame > maximumFrames) {
		const latest = startFrame + maximumFrames;
		const window = Math.min(searchFrames, Math.floor(maximumFrames / 3));
		let endFrame = latest;
		let quietest = loudness(speech, latest);
		for (let frame = latest - 1; frame > latest - window; frame--) {
			const here = loudness(speech, frame);
			if (here < quietest) {
				quietest = here;
				endFrame = frame;
			}
		}
		chunks.push({ startFrame, endFrame });
		startFrame = endFrame;
	}
	if (frameCount > startFrame) chunks.push({ startFrame, endFrame: frameCount });
	return chunks;
}

function loudness(speech: ArrayLike<number> | null, frame: number): number {
	if (!speech) return 1;
	let sum = 0;
	for (let i = frame - 2; i <= frame + 2; i++) {
		const value = speech[i];
		sum += value === undefined || Number.isNaN(value) ? 1 : value;
	}
	return sum / 5;
}
