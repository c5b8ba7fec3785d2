import type { Tensor } from '../inference/model.ts';
import { stackedLogMel } from '../signal/speech-features.ts';

/** Side of the lip pictures that come in, and of their middle that the networks see. */
const pictureSize = 96;
const inputSize = 88;
const edge = (pictureSize - inputSize) / 2;

/** Mean and standard deviation of grey lips, 0..1 (AV-HuBERT's, which the MCoRec baseline keeps). */
const greyMean = 0.421;
const greyDeviation = 0.165;

const pictureBytes = pictureSize * pictureSize;

type FloatTensor = Extract<Tensor, { type: 'float32' }>;

/** @throws TypeError when the bytes are no whole number of 96 x 96 pictures. */
export function pictureCount(lips: Uint8Array): number {
	if (lips.length % pictureBytes !== 0) {
		throw new TypeError(`${lips.length} bytes are no whole number of 96 x 96 lip pictures`);
	}
	return lips.length / pictureBytes;
}

/** Input of the AV-ASR family: the middle 88 x 88 of each picture, (x / 255 - 0.421) / 0.165, as [1, T, 88, 88]. */
export function lipTensor(lips: Uint8Array, startFrame: number, endFrame: number): FloatTensor {
	const frames = endFrame - startFrame;
	const data = new Float32Array(frames * inputSize * inputSize);
	let target = 0;
	for (let frame = startFrame; frame < endFrame; frame++) {
		for (let row = 0; row < inputSize; row++) {
			let source = frame * pictureBytes + (row + edge) * pictureSize + edge;
			for (let column = 0; column < inputSize; column++) {
				data[target++] = ((lips[source++] ?? 0) / 255 - greyMean) / greyDeviation;
			}
		}
	}
	return { type: 'float32', dims: [1, frames, inputSize, inputSize], data };
}

/** Input of the AV-ASR family: stacked log-mel features of the same frames, as [1, T, 104]. */
export function soundTensor(
	audio: Float32Array,
	startFrame: number,
	endFrame: number,
): FloatTensor {
	const samplesPerFrame = 640;
	const samples = audio.subarray(startFrame * samplesPerFrame, endFrame * samplesPerFrame);
	const { rows, columns, data } = stackedLogMel(samples, endFrame - startFrame);
	return { type: 'float32', dims: [1, rows, columns], data };
}
