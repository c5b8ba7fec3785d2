import * as v from 'valibot';
import { trialSegment } from '../../models/avsr-cocktail/trial.ts';
import type { Tensor } from '../../src/lib/inference/model.ts';
import { lipSide, soundWidth } from '../../src/lib/recognisers/avsr/graphs.ts';

const real = v.number();

/** Seconds of what a kind of artefact does in WebAssembly. */
export const timesSchema = v.object({
	/** All three graphs for the first time: with the reference run and the self-check. */
	firstLoad: real,
	/** From the browser's disk, checked before. */
	encoderLoad: real,
	otherLoad: real,
	/** Per second of speech: the first run of the length, a later one, three clips together. */
	encoderFirst: real,
	encoderWarm: real,
	encoderTogether: real,
	/** One step of a beam of three; for each of three clips together. */
	decoderStep: real,
	decoderStepTogether: real,
});

export type AvsrTimes = v.InferOutput<typeof timesSchema>;

/** Clips by formula, all of one length. */
export function encoderInput(
	segments: number,
	frames: number,
): Record<'lips' | 'audio' | 'mask', Tensor> {
	const one = trialSegment(frames);
	const repeated = (data: Float32Array, dims: readonly number[]): Tensor => {
		const all = new Float32Array(segments * data.length);
		for (let i = 0; i < segments; i++) all.set(data, i * data.length);
		return { type: 'float32', dims: [segments, frames, ...dims], data: all };
	};
	return {
		lips: repeated(one.lips, [lipSide, lipSide]),
		audio: repeated(one.audio, [soundWidth]),
		mask: repeated(new Float32Array(frames).fill(1), []),
	};
}
