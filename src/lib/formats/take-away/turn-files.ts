import type { TimeRange } from '../../domain/time-range.ts';
import type { SpeakerTurns } from '../../evaluation/speaker-turns.ts';
import { fieldName } from './names.ts';
import { secondsText } from './told-cues.ts';

/**
 * A recording's name in the fields of RTTM and UEM. Without dots: md-eval cuts the name of a UEM at one,
 * but not that of RTTM, and would find nothing to score.
 */
export function recordingField(name: string): string {
	return fieldName(name).replaceAll('.', '_');
}

const milliseconds = (seconds: number): number => Math.round(Math.max(0, seconds) * 1000);

/** One line of RTTM (NIST RT-09, appendix A): type, file, channel, begin, length, word, subtype, name, confidence, lookahead. */
export function rttmLine(
	recording: string,
	speaker: string,
	{ startMs, endMs }: { readonly startMs: number; readonly endMs: number },
	confidence = '<NA>',
): string {
	const times = `${secondsText(startMs)} ${secondsText(endMs - startMs)}`;
	return `SPEAKER ${recording} 1 ${times} <NA> <NA> ${speaker} ${confidence} <NA>\n`;
}

/**
 * Turns as RTTM, in the order of their starts, then of their speakers. What rounds to no millisecond is
 * left out; times are rounded each alone, so that turns that do not overlap do not in the file.
 *
 * @param turns by name; names are written as fields, and have to stay different so (`namesBySpeaker`).
 */
export function rttm(recording: string, turns: SpeakerTurns): string {
	const name = recordingField(recording);
	return [...turns]
		.flatMap(([speaker, ranges]) =>
			ranges.map(({ startSeconds, endSeconds }) => ({
				speaker: fieldName(speaker),
				startMs: milliseconds(startSeconds),
				endMs: milliseconds(endSeconds),
			})),
		)
		.filter(({ startMs, endMs }) => endMs > startMs)
		.sort((a, b) => a.startMs - b.startMs || (a.speaker < b.speaker ? -1 : 1))
		.map((turn) => rttmLine(name, turn.speaker, turn))
		.join('');
}

/** The evaluated time as UEM: file, channel, begin, end. */
export function uem(recording: string, { startSeconds, endSeconds }: TimeRange): string {
	const times = `${secondsText(milliseconds(startSeconds))} ${secondsText(milliseconds(endSeconds))}`;
	return `${recordingField(recording)} 1 ${times}\n`;
}
