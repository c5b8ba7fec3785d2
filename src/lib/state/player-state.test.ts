import { expect, test } from 'vitest';
import { type PlayerStatus, PlayerState } from './player-state.svelte.ts';
import { Playback } from './playback.svelte.ts';

const ready: PlayerStatus = { state: 'ready', path: 'browser', file: null, error: null };

test('mute keeps the volume, and a volume ends it', () => {
	const player = new PlayerState({ kind: 'central' });
	player.setVolume(0.4);
	player.toggleMuted();
	expect([player.loudness, player.volume]).toEqual([0, 0.4]);
	player.toggleMuted();
	expect(player.loudness).toBe(0.4);
	player.setVolume(0);
	expect([player.muted, player.volume]).toEqual([true, 0.4]);
	player.setVolume(3);
	expect([player.muted, player.loudness]).toEqual([false, 1]);
});

test('the selection is repeated, and the next one after it, until it is not', () => {
	const player = new PlayerState({ kind: 'central' });
	const playback = new Playback(60);
	const first = { startSeconds: 1, endSeconds: 2 };
	const second = { startSeconds: 5, endSeconds: 9 };
	player.followSelection(first, playback);
	expect(playback.loop).toBeNull();
	player.repeat(null, playback);
	expect(playback.loop).toBeNull();
	player.repeat(first, playback);
	expect(playback.loop).toEqual(first);
	player.followSelection(second, playback);
	expect(playback.loop).toEqual(second);
	player.repeat(second, playback);
	expect(playback.loop).toBeNull();
	player.followSelection(first, playback);
	expect(playback.loop).toBeNull();
	// With nothing to repeat it is off, and stays so.
	player.repeat(first, playback);
	player.followSelection(null, playback);
	player.followSelection(second, playback);
	expect(playback.loop).toBeNull();
	// One that somebody else repeats is ended by the same button, and does not follow the selection.
	playback.setLoop(second);
	player.followSelection(first, playback);
	expect(playback.loop).toEqual(second);
	player.repeat(first, playback);
	expect(playback.loop).toBeNull();
});

test('another picture begins with nothing known of it', () => {
	const player = new PlayerState({ kind: 'central' });
	player.tell(ready, { width: 64, height: 48 });
	const { size } = player;
	player.tell({ ...ready }, { width: 64, height: 48 });
	expect(player.size).toBe(size);
	player.look({ kind: 'speaker', speakerId: 'spk_1' });
	expect(player.view).toEqual({ kind: 'speaker', speakerId: 'spk_1' });
	expect([player.status.state, player.status.path, player.size]).toEqual(['opening', null, null]);
	player.tell({ state: 'failed', path: null, file: 'a.mp4', error: new Error('no') }, null);
	expect(player.status).toMatchObject({ state: 'failed', file: 'a.mp4' });
});
