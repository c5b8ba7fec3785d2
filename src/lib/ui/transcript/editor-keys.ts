import type { TranscriptView } from '../../state/transcript-view.svelte.ts';

/** A key that does something while a line is written, and what the sheet of shortcuts says of it. */
interface EditorKey {
	readonly id: string;
	readonly keys: readonly string[];
	readonly what: string;
}

/** While a line is written, keys without a modifier belong to the text. */
export const editorKeys: readonly EditorKey[] = [
	{ id: 'next', keys: ['Mod+Enter'], what: 'Save, and write the next line' },
	{ id: 'save', keys: ['Enter'], what: 'Save' },
	{ id: 'leave', keys: ['Escape'], what: 'Drop the text; it can be brought back' },
	{ id: 'listen', keys: ['Mod+ '], what: 'Play the line, or pause' },
	{ id: 'back', keys: ['Mod+j'], what: 'Back 2 seconds' },
	{ id: 'forward', keys: ['Mod+l'], what: 'Forward 2 seconds' },
	{ id: 'slower', keys: ['Mod+,', 'Mod+.'], what: 'Slower, faster' },
	{ id: 'divide', keys: ['Alt+Enter'], what: 'Split at the cursor' },
	{ id: 'merge-up', keys: ['Alt+m'], what: 'Merge with the line before' },
	{ id: 'merge-down', keys: ['Alt+Shift+m'], what: 'Merge with the line after' },
	{ id: 'speaker', keys: ['Alt+1', 'Alt+9'], what: 'First to ninth speaker' },
];

const stepSeconds = 2;

/** A key of the editor, without the browser's classes. */
interface EditorPress {
	readonly key: string;
	/** Where it is on the keyboard: with Alt some systems type other characters. */
	readonly code: string;
	readonly mod: boolean;
	readonly alt: boolean;
	readonly shift: boolean;
	/** It belongs to a character that is still being composed, as in Chinese, Japanese and Korean. */
	readonly composing: boolean;
	/** Letters of the text before the cursor; null where the key was pressed in another field. */
	readonly cursor: number | null;
}

/** Reads a key event; browsers tell of a composition in two ways. */
export function editorPressOf(event: KeyboardEvent): EditorPress {
	const area = event.target instanceof HTMLTextAreaElement ? event.target : null;
	return {
		key: event.key,
		code: event.code,
		mod: event.ctrlKey || event.metaKey,
		alt: event.altKey,
		shift: event.shiftKey,
		composing: isComposing(event),
		cursor: area?.selectionStart ?? null,
	};
}

/** Whether a key belongs to a character that is still being composed. */
export function isComposing(event: KeyboardEvent): boolean {
	// eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari ends a composition before its last key, which has this code alone.
	return event.isComposing || event.keyCode === 229;
}

/** Does what a key stands for while a line is written; false when it belongs to the text. */
export function pressInEditor(view: TranscriptView, press: EditorPress): boolean {
	const { draft } = view;
	if (!draft || press.composing) return false;
	const action = press.alt
		? altAction(view, press)
		: press.mod
			? modAction(view, press)
			: plainAction(view, press);
	action?.();
	return action !== null;
}

function plainAction(view: TranscriptView, { key, shift, cursor }: EditorPress) {
	if (key === 'Escape') return () => view.drop();
	// In other fields Enter means what it means in any form.
	return key === 'Enter' && !shift && cursor !== null ? () => void view.save() : null;
}

function modAction(view: TranscriptView, { key, shift }: EditorPress): (() => void) | null {
	const { playback } = view.studio;
	// Where something was typed, the browser takes that back.
	if (key.toLowerCase() === 'z') {
		return view.draft?.changed ? null : () => view.undoWhileWriting(shift);
	}
	const line = lineOf(view);
	const actions: Readonly<Record<string, () => void>> = {
		Enter: () => view.saveAndNext(),
		' ': () => view.listen.toggle(line),
		j: () => view.listen.jump(line, -stepSeconds),
		l: () => view.listen.jump(line, stepSeconds),
		',': () => playback.changeRate(-1),
		'.': () => playback.changeRate(1),
	};
	const name = key.length === 1 ? key.toLowerCase() : key;
	return Object.hasOwn(actions, name) ? (actions[name] ?? null) : null;
}

function altAction(view: TranscriptView, { key, code, shift, cursor }: EditorPress) {
	if (key === 'Enter') return () => view.split(cursor ?? 0);
	if (code === 'KeyM') return () => view.merge(shift ? 'next' : 'previous');
	const digit = /^Digit([1-9])$/u.exec(code)?.[1];
	const speaker = digit && view.studio.document.speakers[Number(digit) - 1];
	const { draft } = view;
	return speaker && draft
		? () => {
				draft.speakerId = speaker.id;
			}
		: null;
}

/** The stretch that is heard while a line is written: as far as its times can be read. */
export function lineOf(view: TranscriptView): { startSeconds: number; endSeconds: number } {
	const { draft, studio } = view;
	const startSeconds = draft?.startSeconds ?? studio.playback.seconds;
	const end = draft?.endSeconds ?? startSeconds;
	return { startSeconds, endSeconds: Math.max(startSeconds, end) };
}
