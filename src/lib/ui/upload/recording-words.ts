import type { MediaDescription } from '../../media/media-description.ts';
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

/** `stereo, 44.1 kHz, AAC`; what of several sound tracks is used. */
export function soundText({ audio }: MediaDescription): string {
	const used = audio?.tracks.find(({ isDefault }) => isDefault) ?? audio?.tracks[0];
	if (!audio || !used) return 'no sound';
	const channels = ['no channel', 'mono', 'stereo'][used.channels] ?? `${used.channels} channels`;
	const rate = `${String(Math.round(used.sampleRateHz / 100) / 10)} kHz`;
	const others = audio.tracks.length - 1;
	const more = others === 0 ? '' : `; one of ${String(audio.tracks.length)} sound tracks`;
	return `${channels}, ${rate}, ${used.codec.toUpperCase()}${more}`;
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
