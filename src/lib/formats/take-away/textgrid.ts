import type { StudioDocument } from '../../domain/studio-document.ts';
import { floorMilliseconds } from '../webvtt.ts';
import { tiersOf } from './lanes.ts';
import { secondsText } from './told-cues.ts';
import type { MillisecondRange } from './told-cues.ts';

interface Labelled extends MillisecondRange {
	readonly text: string;
}

interface Tier {
	readonly name: string;
	/** In their order, without overlap. */
	readonly labelled: readonly Labelled[];
}

/** A tier's intervals from 0 to the end, with empty ones between those that have a text. */
function gapFree(labelled: readonly Labelled[], endMs: number): readonly Labelled[] {
	const intervals: Labelled[] = [];
	let at = 0;
	for (const interval of labelled) {
		if (interval.startMs > at) intervals.push({ startMs: at, endMs: interval.startMs, text: '' });
		intervals.push(interval);
		at = interval.endMs;
	}
	if (at < endMs || intervals.length === 0) intervals.push({ startMs: at, endMs, text: '' });
	return intervals;
}

/** Praat doubles a quote inside a text. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function tierText({ name, labelled }: Tier, index: number, endMs: number): string {
	const intervals = gapFree(labelled, endMs);
	return [
		`    item [${index + 1}]:`,
		`        class = "IntervalTier"`,
		`        name = ${quoted(name)}`,
		`        xmin = 0`,
		`        xmax = ${secondsText(endMs)}`,
		`        intervals: size = ${intervals.length}`,
		...intervals.flatMap((interval, number) => [
			`        intervals [${number + 1}]:`,
			`            xmin = ${secondsText(interval.startMs)}`,
			`            xmax = ${secondsText(interval.endMs)}`,
			`            text = ${quoted(interval.text)}`,
		]),
	].join('\n');
}

/**
 * A Praat TextGrid in the long text format: for each speaker a tier of utterances and one of words, both
 * from 0 to the end without gaps, then those of what was measured (`tiersOf`).
 */
export function textGrid(document: StudioDocument): string {
	const { speakers, measured } = tiersOf(document);
	const tiers = [
		...speakers.flatMap(({ name, wordsName, cues, words }): Tier[] => [
			{ name, labelled: cues },
			{ name: wordsName, labelled: words },
		]),
		...measured.map(({ name, spans }): Tier => ({ name, labelled: spans })),
	];
	const ends = tiers.flatMap(({ labelled }) => labelled.map(({ endMs }) => endMs));
	const endMs = ends.reduce(
		(latest, end) => Math.max(latest, end),
		Math.max(1, floorMilliseconds(document.durationSeconds)),
	);
	const head = [
		'File type = "ooTextFile"',
		'Object class = "TextGrid"',
		'',
		'xmin = 0',
		`xmax = ${secondsText(endMs)}`,
		'tiers? <exists>',
		`size = ${tiers.length}`,
		'item []:',
	];
	return `${[...head, ...tiers.map((tier, index) => tierText(tier, index, endMs))].join('\n')}\n`;
}
