import { expect, test } from 'vitest';
import type { MediaDescription } from '../../media/media-description.ts';
import { longText, mediaText, rangeText, soundText } from './recording-words.ts';

const track = { codec: 'aac', channels: 2, sampleRateHz: 44_100, language: null, isDefault: true };
const sound: MediaDescription = {
	durationSeconds: 60,
	video: null,
	audio: { tracks: [track] },
	offsetSeconds: 0,
	notes: [],
};
const picture = {
	width: 1280,
	height: 720,
	codec: 'avc',
	rotation: 0 as const,
	isVariableRate: false,
	isSpherical: false,
	framesPerSecond: 29.970_03,
	isStill: false,
};

test('what a file is', () => {
	expect(mediaText(sound)).toBe('Sound');
	expect(mediaText({ ...sound, video: picture })).toBe('Video, 1280 × 720, 29.97 frames a second');
	expect(mediaText({ ...sound, video: { ...picture, isStill: true } })).toBe('Sound');
	expect(soundText(sound)).toBe('stereo, 44.1 kHz, AAC');
	expect(soundText({ ...sound, audio: null })).toBe('no sound');
	const two = {
		tracks: [
			{ ...track, isDefault: false },
			{ ...track, channels: 6 },
		],
	};
	expect(soundText({ ...sound, audio: two })).toBe(
		'6 channels, 44.1 kHz, AAC; one of 2 sound tracks',
	);
});

test.each([
	[10, 30, 'less than a minute'],
	[40, 80, 'about a minute'],
	[70, 300, '1 to 5 minutes'],
	[3600, 10_800, '1 to 3 hours'],
])('%s to %s seconds', (leastSeconds, mostSeconds, text) => {
	expect(rangeText({ leastSeconds, mostSeconds, measured: false })).toBe(text);
});

test('hours are announced before the start', () => {
	expect(longText(3600)).toBeNull();
	expect(longText(5 * 3600)).toMatch(/^5 hours take a while/);
});
