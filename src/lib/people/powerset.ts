import { roundHalfEven } from '../signal/round-half-even.ts';

/*
 * What a segmentation network of pyannote says (segmentation 3.0), put together over the windows of a
 * recording as pyannote.audio does it (`Inference.aggregate` and `SpeakerDiarization.reconstruct`),
 * but that nobody is switched on who is not heard at all.
 */

/** Local speakers of a window. */
const localSpeakers = 3;

/** Who talks in each of the seven classes, in the network's order. */
export const powersetClasses: readonly (readonly number[])[] = [
	[0, 0, 0],
	[1, 0, 0],
	[0, 1, 0],
	[0, 0, 1],
	[1, 1, 0],
	[1, 0, 1],
	[0, 1, 1],
];

/** Samples between frames, and the samples a frame sees. */
const stepSamples = 270;
const receptiveSamples = 991;

/** Seconds between frames: 16.875 ms. */
export const segmentationStepSeconds = stepSamples / 16_000;

/** Frames that a window of so many samples at 16 kHz gives. */
export function segmentationFrames(samples: number): number {
	return samples < receptiveSamples
		? 0
		: 1 + Math.floor((samples - receptiveSamples) / stepSamples);
}

/** The class with the highest score in each frame, as who talks: 0 or 1, row-major `[frames, 3]`. */
export function localActivity(scores: Float32Array): Uint8Array {
	const classes = powersetClasses.length;
	const frames = scores.length / classes;
	const active = new Uint8Array(frames * localSpeakers);
	for (let frame = 0; frame < frames; frame++) {
		const own = scores.subarray(frame * classes, (frame + 1) * classes);
		let best = 0;
		for (let c = 1; c < classes; c++) if (own[c]! > own[best]!) best = c;
		active.set(powersetClasses[best]!, frame * localSpeakers);
	}
	return active;
}

/** One window's local speakers, from a frame of the recording on. */
export interface SegmentedWindow {
	readonly startFrame: number;
	/** 0 or 1, row-major `[frames, 3]`. */
	readonly active: Uint8Array;
}

/** The frame a window begins at. Halves are rounded to the even side, as NumPy does. */
export function windowStartFrame(startSeconds: number): number {
	return roundHalfEven(startSeconds / segmentationStepSeconds);
}

/** Frames of a recording that windows cover. */
export function framesCovered(windows: number, windowSeconds: number, stepSeconds: number): number {
	const seconds = windowSeconds + (windows - 1) * stepSeconds;
	return roundHalfEven(seconds / segmentationStepSeconds) + 1;
}

/** How many people talk in each frame: the mean over the windows that hear it, halves to the even side. */
export function speakerCounts(windows: readonly SegmentedWindow[], frames: number): Uint8Array {
	const talking = new Float64Array(frames);
	const hearing = new Float64Array(frames);
	for (const { startFrame, active } of windows) {
		for (let i = 0; i * localSpeakers < active.length && startFrame + i < frames; i++) {
			const frame = startFrame + i;
			hearing[frame] = hearing[frame]! + 1;
			for (let s = 0; s < localSpeakers; s++) {
				talking[frame] = talking[frame]! + active[i * localSpeakers + s]!;
			}
		}
	}
	return Uint8Array.from(talking, (sum, frame) =>
		hearing[frame] === 0 ? 0 : roundHalfEven(sum / hearing[frame]!),
	);
}

/**
 * In how many windows each voice is heard in each frame, row-major `[frames, voices]`.
 * @param voiceOf for each window the voice of each of its local speakers; -1 for one who has none
 */
export function voiceActivations(
	windows: readonly SegmentedWindow[],
	voiceOf: readonly (readonly number[])[],
	voices: number,
	frames: number,
): Float32Array {
	const sums = new Float32Array(frames * voices);
	windows.forEach(({ startFrame, active }, w) => {
		for (let i = 0; i * localSpeakers < active.length && startFrame + i < frames; i++) {
			// Two local speakers of one voice are that voice once.
			const heard = new Set<number>();
			voiceOf[w]!.forEach((voice, s) => {
				if (voice >= 0 && active[i * localSpeakers + s] === 1) heard.add(voice);
			});
			for (const voice of heard) {
				const at = (startFrame + i) * voices + voice;
				sums[at] = sums[at]! + 1;
			}
		}
	});
	return sums;
}

/**
 * Who talks: in each frame as many voices as talk there, those that are heard most, of equal ones the
 * first. Nobody who is not heard at all.
 * @returns 0 or 1, row-major `[frames, voices]`.
 */
export function loudestVoices(
	counts: Uint8Array,
	activations: Float32Array,
	voices: number,
	most = Infinity,
): Uint8Array {
	const on = new Uint8Array(activations.length);
	counts.forEach((count, frame) => {
		const own = activations.subarray(frame * voices, (frame + 1) * voices);
		const order = Array.from(own, (_, voice) => voice)
			.filter((voice) => own[voice]! > 0)
			.sort((a, b) => own[b]! - own[a]! || a - b);
		for (const voice of order.slice(0, Math.min(count, most))) on[frame * voices + voice] = 1;
	});
	return on;
}
