import { expect, test, vi } from 'vitest';
import { type KeyPress, Shortcuts } from './shortcuts.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
	return {
		...{ key, mod: false, alt: false, shift: false, typing: false },
		...{ taken: [], places: [], ...more },
	};
}

function setUp() {
	const actions = { play: vi.fn(), slower: vi.fn(), back: vi.fn(), undo: vi.fn(), redo: vi.fn() };
	const shortcuts = new Shortcuts();
	const remove = shortcuts.register([
		{ id: 'play', keys: [' ', 'k'], what: 'Play', group: 'Player', action: actions.play },
		{ id: 'slower', keys: ['<'], what: 'Slower', group: 'Player', action: actions.slower },
		{
			...{ id: 'back', keys: ['ArrowLeft'], what: 'Back', group: 'Player', inside: 'player' },
			action: actions.back,
		},
		{ id: 'undo', keys: ['Mod+z'], what: 'Undo', group: 'Edit', action: actions.undo },
		{ id: 'redo', keys: ['Mod+Shift+z'], what: 'Redo', group: 'Edit', action: actions.redo },
	]);
	return { actions, shortcuts, remove };
}

test('a key does what it stands for, in capitals as well as small', () => {
	const { actions, shortcuts } = setUp();
	expect(shortcuts.press(press(' '))).toBe(true);
	expect(shortcuts.press(press('K'))).toBe(true);
	expect(actions.play).toHaveBeenCalledTimes(2);
	expect(shortcuts.press(press('<', { shift: true }))).toBe(true);
	expect(actions.slower).toHaveBeenCalledOnce();
	expect(shortcuts.press(press('x'))).toBe(false);
});

test('with the control key it is another key, and with shift another again', () => {
	const { actions, shortcuts } = setUp();
	expect(shortcuts.press(press('z'))).toBe(false);
	shortcuts.press(press('z', { mod: true }));
	shortcuts.press(press('Z', { mod: true, shift: true }));
	expect(actions.undo).toHaveBeenCalledOnce();
	expect(actions.redo).toHaveBeenCalledOnce();
	expect(shortcuts.press(press('k', { mod: true }))).toBe(false);
	expect(shortcuts.press(press('k', { alt: true }))).toBe(false);
	expect(shortcuts.press(press('K', { shift: true }))).toBe(false);
});

test('what is typed, and what a button does by itself, is left alone', () => {
	const { actions, shortcuts } = setUp();
	expect(shortcuts.press(press('k', { typing: true }))).toBe(false);
	expect(shortcuts.press(press(' ', { taken: [' ', 'Enter'] }))).toBe(false);
	expect(shortcuts.press(press('k', { taken: [' ', 'Enter'] }))).toBe(true);
	expect(actions.play).toHaveBeenCalledOnce();
});

test('a key of one place does nothing elsewhere', () => {
	const { actions, shortcuts } = setUp();
	expect(shortcuts.press(press('ArrowLeft'))).toBe(false);
	expect(shortcuts.press(press('ArrowLeft', { places: ['stage', 'player'] }))).toBe(true);
	expect(actions.back).toHaveBeenCalledOnce();
});

test('they are listed until they are taken back, and none stands for two things', () => {
	const { shortcuts, remove } = setUp();
	expect(shortcuts.list.map(({ id }) => id)).toEqual(['play', 'slower', 'back', 'undo', 'redo']);
	const again = { id: 'play', keys: ['p'], what: '', group: '', action: vi.fn() };
	expect(() => shortcuts.register([again])).toThrow(TypeError);
	remove();
	expect(shortcuts.list).toEqual([]);
	expect(shortcuts.press(press(' '))).toBe(false);
});

test('a key stands for one thing in one place', () => {
	const { shortcuts } = setUp();
	const of = (id: string, key: string, inside?: string) => ({
		...{ id, keys: ['x', key], what: '', group: '', action: vi.fn() },
		...(inside !== undefined && { inside }),
	});
	expect(() => shortcuts.register([of('other', 'k')])).toThrow('"other" and "play"');
	expect(() => shortcuts.register([of('there', 'k', 'elsewhere')])).not.toThrow();
	expect(() => shortcuts.register([of('twice', 'q'), of('again', 'w')])).toThrow(TypeError);
});

test('single keys can be off; those with control, and those of a place, stay', () => {
	const { actions, shortcuts } = setUp();
	expect(shortcuts.press(press('k'), false)).toBe(false);
	expect(actions.play).not.toHaveBeenCalled();
	expect(shortcuts.press(press('z', { mod: true }), false)).toBe(true);
	expect(shortcuts.press(press('ArrowLeft', { places: ['player'] }), false)).toBe(true);
});
