import type { PlayerState } from '../../state/player-state.svelte.ts';
import type { Shortcut } from '../../state/shortcuts.ts';
import type { Studio } from '../../state/studio.svelte.ts';

const group = 'Player';
const jumpSeconds = 5;

/** Where arrow keys go to the player: the `data-keys` around it. */
export const playerKeys = 'player';

/** What keys do to the player. */
export function playerShortcuts(studio: Studio, player: PlayerState): readonly Shortcut[] {
	const { playback } = studio;
	const of = (id: string, keys: readonly string[], what: string, action: () => void): Shortcut => ({
		id: `player.${id}`,
		keys,
		what,
		group,
		action,
	});
	const inside = (shortcut: Shortcut): Shortcut => ({ ...shortcut, inside: playerKeys });
	return [
		of('play', [' ', 'k'], 'Play or pause', () => playback.toggle()),
		of('back', ['j'], 'Back 5 seconds', () => playback.jump(-jumpSeconds)),
		of('on', ['l'], 'Forward 5 seconds', () => playback.jump(jumpSeconds)),
		inside(
			of('arrow-back', ['ArrowLeft'], 'Back 5 seconds, in the player', () =>
				playback.jump(-jumpSeconds),
			),
		),
		inside(
			of('arrow-on', ['ArrowRight'], 'Forward 5 seconds, in the player', () =>
				playback.jump(jumpSeconds),
			),
		),
		of('frame-back', [','], 'Previous frame', () => playback.step(-1)),
		of('frame-on', ['.'], 'Next frame', () => playback.step(1)),
		of('slower', ['<'], 'Slower', () => playback.changeRate(-1)),
		of('faster', ['>'], 'Faster', () => playback.changeRate(1)),
		of('loop', ['r'], 'Repeat the selection, or stop repeating', () =>
			player.repeat(studio.selection, playback),
		),
		of('mute', ['m'], 'Sound off or on', () => player.toggleMuted()),
		of('captions', ['c'], 'Captions off or on', () => player.toggleCaptions()),
	];
}
