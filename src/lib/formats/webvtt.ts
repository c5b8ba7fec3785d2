import { timeRange } from '../domain/time-range.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Cue } from '../domain/transcript.ts';
import type { Problem } from '../support/errors.ts';
import { latestSeconds } from './limits.ts';
import { plainText } from './plain-text.ts';
import { withoutTags } from './tags.ts';

/** A cue as it stands in a file. */
export interface VttCue extends TimeRange {
	/** The line above the times; empty when there is none. */
	readonly id: string;
	/** The lines below the times, tags and character references left as they are. */
	readonly rawText: string;
}

export interface ParsedVtt {
	/** In the order of the file. */
	readonly cues: readonly VttCue[];
	/** What was skipped, with line numbers. */
	readonly problems: readonly Problem[];
}

const arrow = '-->';
const timestamp = String.raw`(?:(\d+):)?([0-5]\d):([0-5]\d)\.(\d{3})(?!\d)`;
// `120:00.000` is 120 hours in the suite of vtt.js: a first number above 59 counts hours.
const hoursOnly = String.raw`(\d{2,}):([0-5]\d)\.(\d{3})(?!\d)`;
const timestampPattern = new RegExp(`^${timestamp}$`);
const hoursOnlyPattern = new RegExp(`^${hoursOnly}$`);
const timingPattern = /^[ \t\f]*([\d:.]+)[ \t\f]*-->[ \t\f]*([\d:.]+)(?![\d:.])/;

/**
 * Seconds of a WebVTT timestamp, or null. Whole seconds plus a thousandth of the milliseconds, in that
 * order, as the MCoRec scorer adds them: its comparisons with the UEM come out the same to the last bit.
 * A time later than `latestSeconds` is none.
 */
function parseTimestamp(text: string): number | null {
	const seconds = timestampSeconds(text);
	return seconds !== null && seconds <= latestSeconds ? seconds : null;
}

function timestampSeconds(text: string): number | null {
	const full = timestampPattern.exec(text);
	if (full) {
		const [, hours, minutes, seconds, milliseconds] = full;
		const whole = Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds);
		return whole + Number(milliseconds) / 1000;
	}
	const short = hoursOnlyPattern.exec(text);
	if (!short) return null;
	const [, hours, minutes, milliseconds] = short;
	return Number(hours) * 3600 + Number(minutes) * 60 + Number(milliseconds) / 1000;
}

function parseTiming(line: string): TimeRange | string {
	const match = timingPattern.exec(line);
	const shown = line.length > 60 ? `${line.slice(0, 59)}…` : line;
	if (!match) return `expected "00:00:00.000 --> 00:00:00.000", found ${JSON.stringify(shown)}`;
	const start = parseTimestamp(match[1] ?? '');
	const end = parseTimestamp(match[2] ?? '');
	if (start === null || end === null) {
		return `expected times as 00:00:00.000, found ${JSON.stringify(shown)}`;
	}
	if (end < start) return `the cue ends before it starts: ${JSON.stringify(shown)}`;
	return timeRange(start, end);
}

/**
 * Reads WebVTT (W3C, section "WebVTT file parsing"). A cue with broken times is left out and reported
 * with its line number; the others remain. Cue settings, regions and style sheets say how captions are
 * painted, which nothing here does: they are passed over.
 *
 * @param file Name for the problems.
 */
export function parseVtt(text: string, file: string): ParsedVtt {
	const cues: VttCue[] = [];
	const problems: Problem[] = [];
	const lines = text
		.replace(/^\uFEFF/, '')
		.replaceAll('\0', '\uFFFD')
		.split(/\r\n|\r|\n/);
	const report = (index: number, message: string): void => {
		problems.push({ file, message: `line ${index + 1}: ${message}` });
	};
	const has = (index: number): boolean => index < lines.length;
	const isBlank = (index: number): boolean => (lines[index] ?? '') === '';
	const isTiming = (index: number): boolean => (lines[index] ?? '').includes(arrow);

	if (!/^WEBVTT([ \t]|$)/.test(lines[0] ?? '')) {
		report(0, `expected "WEBVTT", found ${JSON.stringify((lines[0] ?? '').slice(0, 40))}`);
		return { cues, problems };
	}
	let at = 1;
	const skipBlock = (): void => {
		while (has(at) && !isBlank(at) && !isTiming(at)) at++;
	};
	skipBlock();
	while (has(at)) {
		if (isBlank(at)) {
			at++;
			continue;
		}
		let id = '';
		if (!isTiming(at)) {
			if (!isTiming(at + 1)) {
				// A comment, a style sheet, a region, or text that belongs to no cue.
				skipBlock();
				continue;
			}
			id = lines[at] ?? '';
			at++;
		}
		const timing = parseTiming(lines[at] ?? '');
		if (typeof timing === 'string') {
			report(at, timing);
			while (has(at) && !isBlank(at)) at++;
			continue;
		}
		at++;
		const first = at;
		skipBlock();
		cues.push({ ...timing, id, rawText: lines.slice(first, at).join('\n') });
	}
	return { cues, problems };
}

/**
 * A cue's text as the MCoRec scorer reads it: tags (`<...>` within a line) taken out, character
 * references such as `&amp;` left alone, line breaks kept.
 */
export function scoredText(rawText: string): string {
	return rawText
		.split(/([\n\r\u2028\u2029])/)
		.map(withoutTags)
		.join('');
}

/**
 * Whole milliseconds below a time. The MCoRec baseline truncates, and so loses a millisecond whenever a
 * sum of frame times falls a rounding error short of one: 8.04 s is 8039.999999999999 ms. Times here
 * come from additions of a few dozen numbers below 10^5, so their error is far below 10^-7 s: what is
 * that near to the next millisecond is taken for it.
 */
export function floorMilliseconds(seconds: number): number {
	return Math.floor(seconds * 1000 + 1e-4);
}

/** Whole milliseconds above a time, with the same tolerance. */
export function ceilMilliseconds(seconds: number): number {
	return Math.ceil(seconds * 1000 - 1e-4);
}

/** `HH:MM:SS.mmm`, truncated. @throws TypeError for a time that is negative or not finite. */
export function formatTimestamp(seconds: number): string {
	if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError(`Not a cue time: ${seconds} s`);
	const total = floorMilliseconds(seconds);
	const part = (value: number, digits: number): string => String(value).padStart(digits, '0');
	const hours = part(Math.floor(total / 3_600_000), 2);
	const minutes = part(Math.floor(total / 60_000) % 60, 2);
	const wholeSeconds = part(Math.floor(total / 1000) % 60, 2);
	return `${hours}:${minutes}:${wholeSeconds}.${part(total % 1000, 3)}`;
}

/**
 * Text that can stand in a cue: one line, without the recogniser's `<unk>`, and nothing in it that
 * WebVTT would take for a tag, a reference or a timing line. Plain words stay as they are.
 */
export function cueText(text: string): string {
	return plainText(text)
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll(arrow, '--&gt;');
}

/** Words of a reference in another format, as the MCoRec scorer would read them of WebVTT. */
export function labelText(text: string): string {
	return cueText(scoredText(text));
}

/** A WebVTT file as the MCoRec baseline writes it; cues without text are left out. */
export function serialiseVtt(cues: readonly Cue[]): string {
	let file = 'WEBVTT\n\n';
	for (const cue of cues) {
		const text = cueText(cue.text);
		if (text === '') continue;
		file += `${formatTimestamp(cue.startSeconds)} ${arrow} ${formatTimestamp(cue.endSeconds)}\n`;
		file += `${text}\n\n`;
	}
	return file;
}
