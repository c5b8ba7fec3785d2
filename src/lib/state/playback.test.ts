import { expect, test } from 'vitest';
import { Playback, type PlaybackEngine } from './playback.svelte.ts';

/** Writes down what it is told. */
class Tape implements PlaybackEngine {
	readonly told: string[] = [];
	seek(seconds: number): void {
		this.told.push(`seek ${seconds}`);
	}
	play(rate: number): void {
		this.told.push(`play ${rate}`);
	}
	pause(): void {
		this.told.push('pause');
	}
}

function setUp(seconds = 0) {
	const playback = new Playback(60, seconds);
	const tape = new Tape();
	return { playback, tape, told: () => tape.told.splice(0) };
}

test('nothing plays without something to play; a new engine begins where one is', () => {
	const { playback, tape, told } = setUp(7);
	playback.play();
	expect(playback.playing).toBe(false);
	expect(playback.playable).toBe(false);
	playback.attach(tape);
	expect(told()).toEqual(['seek 7']);
	playback.toggle();
	playback.setRate(2);
	playback.attach(null);
	expect(told()).toEqual(['play 1', 'play 2', 'pause']);
	expect(playback.playing).toBe(false);
});

test('the end stops it, and playing from the end starts again', () => {
	const { playback, tape, told } = setUp();
	playback.attach(tape);
	playback.play();
	playback.reached(59.9);
	expect(playback.playing).toBe(true);
	playback.reached(60.2);
	expect([playback.playing, playback.seconds]).toEqual([false, 60]);
	told();
	playback.play();
	expect(told()).toEqual(['seek 0', 'play 1']);
});

test('a loop is played over and over, from wherever one begins', () => {
	const { playback, tape, told } = setUp(30);
	playback.attach(tape);
	playback.setLoop({ startSeconds: 10, endSeconds: 12 });
	told();
	playback.play();
	expect(told()).toEqual(['seek 10', 'play 1']);
	playback.reached(11.9);
	playback.reached(12.02);
	expect(told()).toEqual(['seek 10']);
	expect([playback.playing, playback.seconds]).toEqual([true, 10]);
	playback.setLoop(null);
	playback.reached(12.5);
	expect(playback.seconds).toBe(12.5);
});

test('a loop goes no further than the recording, and one outside is none', () => {
	const { playback, tape } = setUp();
	playback.attach(tape);
	playback.setLoop({ startSeconds: 58, endSeconds: 70 });
	playback.play();
	playback.reached(60);
	expect([playback.playing, playback.seconds]).toEqual([true, 58]);
	playback.setLoop({ startSeconds: 70, endSeconds: 80 });
	expect(playback.loop).toBeNull();
});

test('speeds go up and down those that are offered', () => {
	const { playback } = setUp();
	playback.changeRate(1);
	playback.changeRate(1);
	playback.changeRate(1);
	playback.changeRate(1);
	expect(playback.rate).toBe(2);
	for (let i = 0; i < 9; i++) playback.changeRate(-1);
	expect(playback.rate).toBe(0.5);
});

test('steps are frames, wherever in one it stands, and stay inside', () => {
	const { playback, tape } = setUp(1);
	playback.attach(tape);
	playback.play();
	playback.step(1);
	expect(playback.playing).toBe(false);
	expect(playback.seconds).toBeCloseTo(26 / 25, 9);
	for (let i = 0; i < 100; i++) playback.step(1);
	expect(playback.seconds).toBeCloseTo(126 / 25, 9);
	for (let i = 0; i < 26; i++) playback.step(-1);
	expect(playback.seconds).toBeCloseTo(100 / 25, 9);
	playback.seek(0.055);
	playback.step(1);
	expect(playback.seconds).toBeCloseTo(2 / 25, 9);
	playback.jump(-5);
	expect(playback.seconds).toBe(0);
	playback.jump(500);
	expect(playback.seconds).toBe(60);
});

test('a stretch is played by itself, whatever is repeated, and stops at its end', () => {
	const { playback, tape, told } = setUp(3);
	const sample = { startSeconds: 20, endSeconds: 24 };
	playback.playOnly(sample);
	expect([playback.playing, playback.only, playback.seconds]).toEqual([false, null, 3]);
	playback.attach(tape);
	playback.setLoop({ startSeconds: 10, endSeconds: 12 });
	told();
	playback.playOnly(sample);
	expect(told()).toEqual(['seek 20', 'play 1']);
	expect(playback.only).toEqual(sample);
	playback.reached(23.9);
	expect([playback.playing, playback.seconds]).toEqual([true, 23.9]);
	playback.reached(24.03);
	expect([playback.playing, playback.seconds, playback.only]).toEqual([false, 24, null]);
	expect(told()).toEqual(['pause']);
	// Another place, once it plays, is played from there on.
	playback.setLoop(null);
	playback.playOnly({ startSeconds: 58, endSeconds: 61 });
	playback.playOnly(sample);
	playback.seek(22);
	expect(playback.only).toBeNull();
	playback.reached(24.5);
	expect(playback.playing).toBe(true);
	// What ends after the recording ends with it.
	playback.playOnly({ startSeconds: 58, endSeconds: 61 });
	playback.reached(60);
	expect([playback.playing, playback.only]).toEqual([false, null]);
});
