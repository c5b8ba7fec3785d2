import type { AudioTrackDescription, MediaDescription } from '../../media/media-description.ts';
import type { TimeGuess } from '../../state/recording-time.ts';

/** Hours beyond which a card says so before the start. */
const longHours = 2;

/** `Video, 1280 × 720, 25 frames a second`, or `Sound`. */
export function mediaText({ video, audio }: MediaDescription): string {
	if (!video || video.isStill) return audio ? 'Sound' : 'A picture';
	const rate = video.framesPerSecond;
	const size = `${String(video.width)} × ${String(video.height)}`;
	const frames = rate === null ? '' : `, ${String(Math.round(rate * 100) / 100)} frames a second`;
	return `Video, ${size}${frames}`;
}

/**
 * `stereo, 44.1 kHz, AAC`; what of several sound tracks is used.
 *
 * @param number of the track, counted from 1; the default one when not given
 */
export function soundText({ audio }: MediaDescription, number?: number): string {
	if (!audio) return 'no sound';
	const used = audio.tracks[number === undefined ? defaultTrackOf(audio.tracks) : number - 1];
	if (!used) return 'no sound';
	const count = audio.tracks.length;
	return `${formatText(used)}${count === 1 ? '' : `; one of ${String(count)} sound tracks`}`;
}

function formatText({ channels, sampleRateHz, codec }: AudioTrackDescription): string {
	const rate = `${String(Math.round(sampleRateHz / 100) / 10)} kHz`;
	const names = ['no channel', 'mono', 'stereo'];
	return `${names[channels] ?? `${String(channels)} channels`}, ${rate}, ${codec.toUpperCase()}`;
}

/** Index of the track that is used unless another is asked for. */
export function defaultTrackOf(tracks: readonly AudioTrackDescription[]): number {
	return Math.max(
		0,
		tracks.findIndex(({ isDefault }) => isDefault),
	);
}

/** One of several sound tracks, to choose among: `2: English, stereo, 48 kHz, AAC (default)`. */
export function trackText(track: AudioTrackDescription, index: number): string {
	const language = track.language === null ? null : languageName(track.language);
	const parts = [...(language === null ? [] : [language]), formatText(track)].join(', ');
	return `${String(index + 1)}: ${parts}${track.isDefault ? ' (default)' : ''}`;
}

function languageName(code: string): string {
	try {
		return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
	} catch {
		// Files hold codes that there are not.
		return code;
	}
}

/** `2 to 7 minutes`, no finer than it can be known. */
export function rangeText({ leastSeconds, mostSeconds }: TimeGuess): string {
	if (mostSeconds < 60) return 'less than a minute';
	const minutes = (seconds: number): number => Math.max(1, Math.round(seconds / 60));
	const [least, most] = [minutes(leastSeconds), minutes(mostSeconds)];
	if (most >= 120) return `${hoursText(leastSeconds)} to ${hoursText(mostSeconds)} hours`;
	if (least === most) return most === 1 ? 'about a minute' : `about ${String(most)} minutes`;
	return `${String(least)} to ${String(most)} minutes`;
}

function hoursText(seconds: number): string {
	return String(Math.max(0.5, Math.round(seconds / 1800) / 2));
}

/** What a long recording asks of whoever starts it; null for a short one. */
export function longText(durationSeconds: number): string | null {
	const hours = durationSeconds / 3600;
	if (hours < longHours) return null;
	return `${String(Math.round(hours * 10) / 10)} hours take a while. Leave this page open and the machine awake; what is done is kept, and a run that is cut off resumes.`;
}
