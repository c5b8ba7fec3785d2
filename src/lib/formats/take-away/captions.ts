import type { DocumentSpeaker, StudioDocument } from '../../domain/studio-document.ts';
import { cueText, formatTimestamp } from '../webvtt.ts';
import { toldCues, toldInOrder } from './told-cues.ts';
import type { MillisecondRange } from './told-cues.ts';

function times({ startMs, endMs }: MillisecondRange): string {
	return `${formatTimestamp(startMs / 1000)} --> ${formatTimestamp(endMs / 1000)}`;
}

/** What one speaker says as WebVTT, without a name. */
export function speakerVtt(speaker: DocumentSpeaker): string {
	const blocks = toldCues(speaker).map((cue) => `${times(cue)}\n${cueText(cue.text)}\n\n`);
	return `WEBVTT\n\n${blocks.join('')}`;
}

/**
 * What everybody says as one WebVTT, each cue in a voice span (`<v Name>`; WebVTT, section 4.2.2, where
 * one that spans the whole cue need not be closed). Cues that overlap stay so.
 */
export function mergedVtt(document: StudioDocument): string {
	const voice = (name: string): string => cueText(name).replaceAll('>', '&gt;');
	const blocks = toldInOrder(document).map(
		(cue) => `${times(cue)}\n<v ${voice(cue.speaker.name)}>${cueText(cue.text)}\n\n`,
	);
	return `WEBVTT\n\n${blocks.join('')}`;
}

/**
 * What everybody says as SubRip, with the name before the words. It has no published definition and no
 * way to write `<b>` but as it is; what players agree on is what is used: numbers from 1, times with
 * commas, a blank line after each. Cues that overlap stay so, in the order of their starts.
 */
export function srt(document: StudioDocument): string {
	return toldInOrder(document)
		.map((cue, index) => {
			const line = times(cue).replaceAll('.', ',');
			return `${index + 1}\n${line}\n${cue.speaker.name}: ${cue.text}\n\n`;
		})
		.join('');
}
