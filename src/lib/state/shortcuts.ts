/** A key that does something wherever one is in the page. */
export interface Shortcut {
	/** Unique among those that are registered: `play`. */
	readonly id: string;
	/**
	 * Any of these: a value of `KeyboardEvent.key` as it is typed (`k`, `<`, `ArrowLeft`, ` `), with `Mod+`
	 * before it for the control or command key and `Shift+` where the key itself does not change
	 * (`Mod+z`, `Mod+Shift+z`, `Shift+ArrowLeft`).
	 */
	readonly keys: readonly string[];
	/** What it does, for the sheet of shortcuts: `Play or pause`. */
	readonly what: string;
	/** Heading it is listed under: `Player`. */
	readonly group: string;
	/** Holds only while the focus is inside the element with this `data-keys`. Everywhere by default. */
	readonly inside?: string;
	readonly action: () => void;
}

/** A key as it was pressed, without the browser's classes. */
export interface KeyPress {
	/** As `KeyboardEvent.key`. */
	readonly key: string;
	/** The control or command key is down. */
	readonly mod: boolean;
	readonly alt: boolean;
	readonly shift: boolean;
	/** Text is being typed: the key belongs to it. */
	readonly typing: boolean;
	/** What has the focus does something of its own with these keys (` ` and `Enter` on a button). */
	readonly taken: readonly string[];
	/** The `data-keys` around what has the focus. */
	readonly places: readonly string[];
}

/** The shortcuts of what is on the screen. Each part registers its own and takes them back. */
export class Shortcuts {
	readonly #shortcuts = new Map<string, Shortcut>();

	/** What holds now, in the order it was registered. */
	get list(): readonly Shortcut[] {
		return [...this.#shortcuts.values()];
	}

	/**
	 * Adds shortcuts.
	 *
	 * @returns takes them back
	 * @throws TypeError for an id that is there already, or a key that does something else in the same place.
	 */
	register(shortcuts: readonly Shortcut[]): () => void {
		for (const shortcut of shortcuts) {
			if (this.#shortcuts.has(shortcut.id)) {
				throw new TypeError(`There is a shortcut "${shortcut.id}" already`);
			}
			const { inside, keys } = shortcut;
			const other = this.list.find(
				(one) => one.inside === inside && one.keys.some((key) => keys.includes(key)),
			);
			if (other) {
				throw new TypeError(`"${shortcut.id}" and "${other.id}" are for the same key`);
			}
			this.#shortcuts.set(shortcut.id, shortcut);
		}
		return () => {
			for (const { id } of shortcuts) this.#shortcuts.delete(id);
		};
	}

	/**
	 * Does what the key stands for; false when it stands for nothing here.
	 *
	 * @param single whether single keys do something wherever one is: who speaks to the machine, or hits keys
	 * by chance, has them off (WCAG 2.1.4)
	 */
	press(press: KeyPress, single = true): boolean {
		if (press.typing || press.alt) return false;
		const names = namesOf(press);
		if (names.some((name) => press.taken.includes(name))) return false;
		const found = this.list.find(
			({ keys, inside }) =>
				keys.some((key) => names.includes(key)) &&
				(inside === undefined ? single || press.mod : press.places.includes(inside)),
		);
		found?.action();
		return found !== undefined;
	}
}

/** How a key may be written in a shortcut. A shifted character (`<`, `?`) needs no `Shift+`. */
function namesOf({ key, mod, shift }: KeyPress): readonly string[] {
	const prefix = mod ? 'Mod+' : '';
	const one = key.length === 1;
	const plain = one ? key.toLowerCase() : key;
	if (!shift) return [prefix + plain];
	// A letter may come small with shift, too: when capitals are locked.
	const typed = one && plain === plain.toUpperCase() && key !== ' ';
	return typed ? [prefix + key, `${prefix}Shift+${key}`] : [`${prefix}Shift+${plain}`];
}

const typingTypes = new Set([
	...['text', 'search', 'email', 'url', 'tel', 'password', 'number'],
	...['date', 'time', 'datetime-local', 'month', 'week'],
]);

/** Keys that a control of this kind uses itself. */
function keysTakenBy(element: HTMLElement): readonly string[] {
	const pressed = ' '; // The browser presses a button by it, and by Enter.
	if (element instanceof HTMLInputElement) {
		const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];
		if (element.type === 'range') return arrows;
		if (element.type === 'radio') return [...arrows, pressed];
		return [pressed, 'Enter'];
	}
	const pressable = 'button, a[href], summary, [role="button"], [role="tab"], [role="menuitem"]';
	return element.matches(pressable) ? [pressed, 'Enter'] : [];
}

/** Reads a key event of the page. An open dialog keeps its keys to itself. */
export function keyPressOf(event: KeyboardEvent): KeyPress {
	const element = event.target instanceof HTMLElement ? event.target : null;
	const places: string[] = [];
	for (let at = element; at; at = at.parentElement) {
		const place = at.dataset['keys'];
		if (place !== undefined) places.push(place);
	}
	const typing =
		event.isComposing ||
		event.defaultPrevented ||
		(element !== null &&
			(element.isContentEditable ||
				element instanceof HTMLTextAreaElement ||
				element instanceof HTMLSelectElement ||
				(element instanceof HTMLInputElement && typingTypes.has(element.type)) ||
				element.closest('dialog[open]') !== null));
	return {
		key: event.key,
		mod: event.ctrlKey || event.metaKey,
		alt: event.altKey,
		shift: event.shiftKey,
		typing,
		taken: element ? keysTakenBy(element) : [],
		places,
	};
}
