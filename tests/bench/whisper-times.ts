import type { Tensor } from '../../src/lib/inference/model.ts';
import { DecoderRun, encode } from '../../src/lib/recognisers/whisper/decoder-run.ts';
import type { WhisperGraphs } from '../../src/lib/recognisers/whisper/graphs.ts';
import type { WhisperRules } from '../../src/lib/recognisers/whisper/rules.ts';

/** Seconds. */
export interface GraphTimes {
	readonly encoderFirst: number;
	readonly encoderWarm: number;
	/** The first step, which reads what comes before the text, when all is new. */
	readonly promptFirst: number;
	readonly stepWarm: number;
}

/** Turns of which the fastest counts. */
export const turns = 3;

/** Times both graphs of a Whisper as the recogniser runs them, on whatever runtime they are loaded. */
export async function timeGraphs(
	graphs: WhisperGraphs,
	rules: WhisperRules,
	features: Tensor,
	tokens: number,
): Promise<GraphTimes> {
	const [encoderFirst, encoded] = await timeOf(() => encode(graphs, features, rules.encodedFrames));
	let encoderWarm = Infinity;
	for (let turn = 0; turn < turns; turn++) {
		const [seconds, again] = await timeOf(() => encode(graphs, features, rules.encodedFrames));
		again.encoded.dispose();
		encoderWarm = Math.min(encoderWarm, seconds);
	}
	const prompt = [rules.startToken, rules.startToken + 1, rules.noTimestampsToken];
	let promptFirst = Infinity;
	let stepWarm = Infinity;
	for (let turn = 0; turn < turns; turn++) {
		const decoder = new DecoderRun(graphs, rules, encoded, rules.encodedFrames);
		const [first] = await timeOf(() => decoder.step(prompt));
		if (turn === 0) promptFirst = first;
		const [seconds] = await timeOf(async () => {
			for (let i = 0; i < tokens; i++) await decoder.step([i + 40]);
		});
		stepWarm = Math.min(stepWarm, seconds / tokens);
		decoder.dispose();
	}
	encoded.encoded.dispose();
	return { encoderFirst, encoderWarm, promptFirst, stepWarm };
}

/** Seconds that some work takes, and what comes of it. */
export async function timeOf<T>(work: () => Promise<T>): Promise<[number, T]> {
	const started = performance.now();
	const result = await work();
	return [(performance.now() - started) / 1000, result];
}
