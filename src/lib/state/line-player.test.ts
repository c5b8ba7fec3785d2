import { expect, test } from 'vitest';
import { LinePlayer } from './line-player.ts';
import { Playback } from './playback.svelte.ts';

const line = { startSeconds: 10, endSeconds: 14 };

function playable(): { playback: Playback; player: LinePlayer } {
	const playback = new Playback(60);
	playback.attach({ seek: () => undefined, play: () => undefined, pause: () => undefined });
	return { playback, player: new LinePlayer(playback) };
}

test('a line is played by itself, from its beginning to its end', () => {
	const { playback, player } = playable();
	player.play(line);
	expect([playback.seconds, playback.playing]).toEqual([10, true]);
	playback.reached(14.2);
	expect([playback.seconds, playback.playing]).toEqual([14, false]);
});

test('after a pause it goes on a second earlier, and after its end from the beginning', () => {
	const { playback, player } = playable();
	player.play(line);
	playback.reached(12.5);
	player.toggle(line);
	expect(playback.playing).toBe(false);
	player.toggle(line);
	expect([playback.seconds, playback.playing]).toEqual([11.5, true]);
	playback.reached(10.3);
	player.toggle(line);
	player.toggle(line);
	expect(playback.seconds).toBe(10);
	playback.reached(14.1);
	player.toggle(line);
	expect([playback.seconds, playback.playing]).toEqual([10, true]);
});

test('steps stay inside the line, and what played plays on to its end alone', () => {
	const { playback, player } = playable();
	player.play(line);
	playback.reached(13);
	player.jump(line, -2);
	expect([playback.seconds, playback.playing]).toEqual([11, true]);
	player.jump(line, -2);
	expect(playback.seconds).toBe(10);
	playback.reached(14.5);
	expect(playback.playing).toBe(false);
	player.jump(line, -2);
	expect([playback.seconds, playback.playing]).toEqual([12, false]);
	player.jump(line, 7);
	expect(playback.seconds).toBeCloseTo(13.95, 6);
});

test('where nothing can be played, the place still moves', () => {
	const playback = new Playback(60);
	const player = new LinePlayer(playback);
	player.play(line);
	player.toggle(line);
	expect(playback.playing).toBe(false);
	player.jump(line, 2);
	expect(playback.seconds).toBe(10);
});
