import { sampleRateHz } from '../../domain/session.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { speechCurveRateHz } from './silero-vad.ts';
import type { SpeechCurve } from './silero-vad.ts';

/** How a curve of probabilities becomes stretches of speech. */
export interface RegionSettings {
	/** Speech begins from here on. */
	readonly onset: number;
	/** It ends below this, when that lasts for `shortestSilenceSeconds`. */
	readonly offset: number;
	readonly shortestSpeechSeconds: number;
	readonly shortestSilenceSeconds: number;
	/** Added on either side; two that would meet share what lies between them. */
	readonly padSeconds: number;
}

/**
 * For finding out who speaks: Silero's own rule (`get_speech_timestamps`, snakers4/silero-vad), but with
 * an onset of 0.4 instead of 0.5 and shorter limits, which keep laughs and short answers.
 */
export const voiceRegionSettings: RegionSettings = {
	onset: 0.4,
	offset: 0.25,
	shortestSpeechSeconds: 0.12,
	shortestSilenceSeconds: 0.2,
	padSeconds: 0.03,
};

/** Where anybody speaks, in order and apart from each other. */
export function speechRegions(
	{ windows, sampleCount }: SpeechCurve,
	settings: RegionSettings = voiceRegionSettings,
): TimeRange[] {
	const endSeconds = sampleCount / sampleRateHz;
	const found: TimeRange[] = [];
	const keep = (startSeconds: number, end: number): void => {
		if (end - startSeconds <= settings.shortestSpeechSeconds) return;
		found.push({ startSeconds, endSeconds: end });
	};
	let start: number | null = null;
	let quietSince: number | null = null;
	for (const [w, probability] of windows.entries()) {
		const now = w / speechCurveRateHz;
		if (probability >= settings.onset) {
			quietSince = null;
			start ??= now;
		} else if (start !== null && probability < settings.offset) {
			quietSince ??= now;
			if (now - quietSince < settings.shortestSilenceSeconds) continue;
			keep(start, quietSince);
			start = null;
			quietSince = null;
		}
	}
	if (start !== null) keep(start, endSeconds);
	return padded(found, settings.padSeconds, endSeconds);
}

function padded(ranges: readonly TimeRange[], pad: number, endSeconds: number): TimeRange[] {
	const padBetween = (before: TimeRange | undefined, after: TimeRange | undefined): number =>
		before && after ? Math.min(pad, (after.startSeconds - before.endSeconds) / 2) : pad;
	return ranges.map((range, i) => ({
		startSeconds: Math.max(0, range.startSeconds - padBetween(ranges[i - 1], range)),
		endSeconds: Math.min(endSeconds, range.endSeconds + padBetween(range, ranges[i + 1])),
	}));
}
