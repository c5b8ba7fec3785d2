/** What stands on a key, where its name in events is not that. */
const names: Readonly<Partial<Record<string, string>>> = {
	' ': 'Space',
	ArrowLeft: '←',
	ArrowRight: '→',
	ArrowUp: '↑',
	ArrowDown: '↓',
	Escape: 'Esc',
	PageUp: 'Page up',
	PageDown: 'Page down',
};

/**
 * The keys of a shortcut as they stand on a keyboard: `Mod+Shift+z` is Ctrl, Shift, Z.
 *
 * @param apple whether the keyboard has a command key
 */
export function keyParts(key: string, apple: boolean): readonly string[] {
	const parts = key.split('+');
	// The plus key itself.
	const last = key.endsWith('+') ? '+' : (parts.at(-1) ?? key);
	const before = parts.filter((part) => part === 'Mod' || part === 'Shift' || part === 'Alt');
	const written = names[last] ?? (last.length === 1 ? last.toUpperCase() : last);
	return [...before.map((part) => (part === 'Mod' ? (apple ? '⌘' : 'Ctrl') : part)), written];
}
