import type { TranscriptView } from '../../state/transcript-view.svelte.ts';

interface PaneParts {
	readonly view: TranscriptView;
	/** Goes to the cue so many further on. */
	readonly move: (by: number) => Promise<void>;
}

/**
 * Mouse and keys on a pane of cues. One set of listeners for all: thousands of words with their own
 * would be slow, and as buttons they would bury everybody who goes by keys or hears the page read.
 */
export function watchPane({ view, move }: PaneParts): (pane: HTMLElement) => () => void {
	return (pane) => {
		const stop = new AbortController();
		const { signal } = stop;

		pane.addEventListener(
			'click',
			(event) => {
				const { cueId, word } = placeOf(event);
				// Who marks text with the mouse does not want to hear it.
				if (word === null || event.detail > 1 || getSelection()?.isCollapsed === false) return;
				const cue = view.studio.editor.edition.cues.find(({ id }) => id === cueId);
				const said = cue?.words[word];
				if (!said) return;
				const { playback } = view.studio;
				view.currentId = cueId;
				playback.seek(said.startSeconds);
				playback.play();
			},
			{ signal },
		);
		pane.addEventListener(
			'dblclick',
			(event) => {
				const { cueId, control } = placeOf(event);
				if (cueId !== null && !control) view.edit(cueId);
			},
			{ signal },
		);
		// Who scrolls looks elsewhere; what scrolls by itself makes none of these.
		for (const type of ['wheel', 'touchmove']) {
			pane.addEventListener(type, () => view.lookAway(), { signal, passive: true });
		}
		pane.addEventListener(
			'pointerdown',
			(event) => {
				// On the scroll bar.
				if (event.target === pane) view.lookAway();
			},
			{ signal },
		);
		pane.addEventListener(
			'focusin',
			(event) => {
				const { cueId } = placeOf(event);
				if (cueId !== null) view.currentId = cueId;
			},
			{ signal },
		);
		pane.addEventListener(
			'keydown',
			(event) => {
				if (event.ctrlKey || event.metaKey || event.altKey) return;
				const target = event.target;
				// Fields and buttons have their own use for these keys.
				const own = target === pane || (target instanceof HTMLElement && target.tagName === 'LI');
				if (!own) return;
				const action = keys[event.key];
				if (!action) return;
				event.preventDefault();
				action();
			},
			{ signal },
		);
		const keys: Partial<Record<string, () => void>> = {
			ArrowDown: () => void move(1),
			ArrowUp: () => void move(-1),
			PageDown: () => void move(10),
			PageUp: () => void move(-10),
			ArrowRight: () => stepWord(view, 1),
			ArrowLeft: () => stepWord(view, -1),
			Enter: () => {
				if (view.currentId !== null) view.edit(view.currentId);
			},
		};
		return () => stop.abort();
	};
}

/** What of a pane an event is about. */
function placeOf(event: Event): {
	readonly cueId: string | null;
	readonly word: number | null;
	readonly control: boolean;
} {
	const target = event.target instanceof Element ? event.target : null;
	const word = target?.closest<HTMLElement>('[data-word]')?.dataset['word'];
	return {
		cueId: target?.closest<HTMLElement>('[data-cue]')?.dataset['cue'] ?? null,
		word: word === undefined ? null : Number(word),
		control: target?.closest('button, form') !== null,
	};
}

/** Goes to the next word of the current cue, or to the one before. */
function stepWord(view: TranscriptView, by: 1 | -1): void {
	const { playback, editor } = view.studio;
	const words = editor.edition.cues.find(({ id }) => id === view.currentId)?.words ?? [];
	// Rounding by the player must not hold one at a word.
	const at = words.findLastIndex((word) => word.startSeconds <= playback.seconds + 0.02);
	const next = words[Math.min(Math.max(0, at + by), words.length - 1)];
	if (next) playback.seek(next.startSeconds);
}
