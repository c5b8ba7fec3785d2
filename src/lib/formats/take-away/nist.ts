import type { StudioDocument } from '../../domain/studio-document.ts';
import { exclusiveTurns } from '../../evaluation/exclusive-turns.ts';
import { joinedRanges } from '../../evaluation/speaker-turns.ts';
import type { SpeakerTurns } from '../../evaluation/speaker-turns.ts';
import { fieldName, namesBySpeaker } from './names.ts';
import { secondsText, toldCues } from './told-cues.ts';
import type { MillisecondRange, ToldCue } from './told-cues.ts';
import { recordingField, rttm, rttmLine, uem } from './turn-files.ts';
import { floorMilliseconds } from '../webvtt.ts';

const duration = ({ startMs, endMs }: MillisecondRange): string => secondsText(endMs - startMs);

/** When each speaker talks, after all changes, by the name that files give them. */
function turnsOf(document: StudioDocument): SpeakerTurns {
	const names = namesBySpeaker(document.speakers, fieldName);
	return new Map(
		document.speakers.map((speaker) => {
			const cues = toldCues(speaker).map(({ startMs, endMs }) => ({
				startSeconds: startMs / 1000,
				endSeconds: endMs / 1000,
			}));
			return [names.get(speaker.id) ?? speaker.id, joinedRanges(cues, null)] as const;
		}),
	);
}

/**
 * Who speaks when, after all changes, as RTTM. Cues of one speaker that overlap or touch are one turn.
 */
export function turnsRttm(document: StudioDocument): string {
	return rttm(document.sessionName, turnsOf(document));
}

/** The same with one person at a time (`exclusiveTurns`): for tools that give each word one speaker. */
export function exclusiveRttm(document: StudioDocument): string {
	return rttm(document.sessionName, exclusiveTurns(turnsOf(document)));
}

/** The whole recording as the time that its RTTM is to be scored in. */
export function documentUem(document: StudioDocument): string {
	return uem(document.sessionName, { startSeconds: 0, endSeconds: document.durationSeconds });
}

/**
 * Where the run held each speaker to talk, whatever was changed since, as RTTM, with the mean probability
 * of speech as confidence.
 */
export function segmentsRttm(document: StudioDocument): string {
	const file = recordingField(document.sessionName);
	const names = namesBySpeaker(document.speakers, fieldName);
	return document.speakers
		.flatMap((speaker) =>
			speaker.segments.map((segment) => {
				const startMs = floorMilliseconds(segment.startSeconds);
				const endMs = Math.max(startMs + 1, floorMilliseconds(segment.endSeconds));
				return { startMs, endMs, id: speaker.id, probability: segment.meanProbability };
			}),
		)
		.sort((a, b) => a.startMs - b.startMs)
		.map((segment) => {
			const confidence = segment.probability.toFixed(4);
			return rttmLine(file, names.get(segment.id) ?? segment.id, segment, confidence);
		})
		.join('');
}

/** Lines in the order that sclite asks for: by file, by channel in the order of its codes, by start. */
function sorted<T extends { readonly channel: string } & MillisecondRange>(
	lines: readonly T[],
): T[] {
	return lines.toSorted((a, b) => {
		if (a.channel !== b.channel) return a.channel < b.channel ? -1 : 1;
		return a.startMs - b.startMs;
	});
}

function withChannels(document: StudioDocument): (ToldCue & { readonly channel: string })[] {
	const names = namesBySpeaker(document.speakers, fieldName);
	return document.speakers.flatMap((speaker) =>
		toldCues(speaker).map((cue) => ({ ...cue, channel: names.get(speaker.id) ?? speaker.id })),
	);
}

/**
 * Words with their times as CTM (NIST SCTK, "ctm": file, channel, begin, length, word, confidence). The
 * format has no field for the speaker: each has a channel. A word whose time is shared out by
 * length has no confidence.
 */
export function ctm(document: StudioDocument): string {
	const file = fieldName(document.sessionName);
	const words = withChannels(document).flatMap(({ channel, words: own }) =>
		own.map((word) => ({ ...word, channel })),
	);
	return sorted(words)
		.map((word) => {
			const confidence = word.confidence === null ? '' : ` ${word.confidence.toFixed(4)}`;
			const times = `${secondsText(word.startMs)} ${duration(word)}`;
			return `${file} ${word.channel} ${times} ${word.text}${confidence}\n`;
		})
		.join('');
}

/**
 * Utterances as STM (NIST SCTK, "stm": file, channel, speaker, begin, end, label, text), with the channels of
 * `ctm`. The label is left out unless the text would be taken for one. Cues of one speaker that overlap
 * stay so.
 */
export function stm(document: StudioDocument): string {
	const file = fieldName(document.sessionName);
	return sorted(withChannels(document))
		.map(({ channel, startMs, endMs, text }) => {
			const label = text.startsWith('<') ? '<O> ' : '';
			const times = `${secondsText(startMs)} ${secondsText(endMs)}`;
			return `${file} ${channel} ${channel} ${times} ${label}${text}\n`;
		})
		.join('');
}
