import type { JointBeam } from './joint-beam.ts';

/**
 * What many searches ask at once: a rectangle of hypotheses, `width` for each search. A search with
 * fewer hypotheses, or none any more, has rows that nobody looks at.
 */
export interface StepRequest {
	/** Last unit of each hypothesis, [searches, width]. */
	readonly units: Int32Array;
	/** Row of the step before that each goes on from, over all searches; all 0 in the first step. */
	readonly parents: Int32Array;
	readonly width: number;
	/** Units before these, 0 in the first step. */
	readonly position: number;
}

/** An attention decoder that remembers the rows of its last step. */
export interface SentenceDecoder {
	/** Natural log probabilities of what comes next, [searches, width, classes]. */
	step(request: StepRequest, signal?: AbortSignal): Promise<Float32Array>;
}

/**
 * Brings all searches to their end, each step of all of them in one run of the decoder.
 * @throws the signal's reason; what the decoder and `JointBeam.answer` throw.
 */
export async function searchTogether(
	beams: readonly JointBeam[],
	decoder: SentenceDecoder,
	signal?: AbortSignal,
): Promise<void> {
	let lastWidth = 0;
	for (let position = 0; ; position++) {
		signal?.throwIfAborted();
		const questions = beams.map((beam) => beam.question);
		const width = Math.max(...questions.map((question) => question?.units.length ?? 0));
		if (width <= 0) return;
		const units = new Int32Array(beams.length * width);
		const parents = new Int32Array(beams.length * width);
		questions.forEach((question, search) => {
			for (let i = 0; i < width; i++) {
				units[search * width + i] = question?.units[i] ?? 0;
				parents[search * width + i] = search * lastWidth + (question?.parents[i] ?? 0);
			}
		});
		const next = await decoder.step({ units, parents, width, position }, signal);
		const classes = next.length / units.length;
		beams.forEach((beam, search) => {
			const count = questions[search]?.units.length;
			if (count === undefined) return;
			const start = search * width * classes;
			beam.answer(next.subarray(start, start + count * classes));
		});
		lastWidth = width;
	}
}
