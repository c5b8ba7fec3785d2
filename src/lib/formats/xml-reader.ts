/** An element with what is in it. */
export interface XmlElement {
	readonly name: string;
	readonly attributes: ReadonlyMap<string, string>;
	readonly children: readonly XmlElement[];
	/** Its own text, without that of its children. */
	readonly text: string;
}

/** What is no XML, or not of the part of it that is read here; the message names the line. */
export class XmlError extends Error {
	override readonly name = 'XmlError';
}

interface OpenElement extends XmlElement {
	readonly children: OpenElement[];
	text: string;
}

const name = String.raw`[\p{L}_:][\p{L}\p{N}_:.\-]*`;
const openTag = new RegExp(`<(${name})`, 'uy');
const closeTag = new RegExp(String.raw`</(${name})[ \t\r\n]*>`, 'uy');
const attribute = new RegExp(
	String.raw`[ \t\r\n]+(${name})[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')`,
	'uy',
);
const tagEnd = /[ \t\r\n]*(\/?)>/y;

const entities: Readonly<Record<string, string>> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
};

/** Deepest nesting that is read: ELAN's files have six. */
const deepest = 100;

class XmlReader {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	root(): XmlElement {
		const document: OpenElement = { name: '', attributes: new Map(), children: [], text: '' };
		const open = [document];
		while (this.#at < this.#text.length) {
			const parent = open.at(-1) ?? document;
			if (this.#text[this.#at] !== '<') this.#characters(parent);
			else if (this.#skips('<!--', '-->') || this.#skips('<?', '?>')) continue;
			else if (this.#isAt('<![CDATA[')) {
				const start = this.#at + '<![CDATA['.length;
				this.#skips('<![CDATA[', ']]>');
				parent.text += this.#text.slice(start, this.#at - ']]>'.length);
			} else if (this.#isAt('</')) {
				const closed = this.#match(closeTag)?.[1];
				if (open.length === 1 || closed !== parent.name) {
					throw this.#error(`expected the end of ${parent.name || 'the file'}`);
				}
				open.pop();
			} else {
				const { element, isEmpty } = this.#element();
				parent.children.push(element);
				if (!isEmpty) open.push(element);
				if (open.length > deepest) throw this.#error('is nested too deep');
			}
		}
		if (open.length > 1) throw this.#error(`${open.at(-1)?.name ?? ''} has no end`);
		const [root] = document.children;
		if (!root || document.children.length > 1 || document.text.trim() !== '') {
			throw this.#error('expected one element that holds all others');
		}
		return root;
	}

	#characters(parent: OpenElement): void {
		const next = this.#text.indexOf('<', this.#at);
		const end = next < 0 ? this.#text.length : next;
		parent.text += this.#resolved(this.#text.slice(this.#at, end), this.#at);
		this.#at = end;
	}

	#element(): { readonly element: OpenElement; readonly isEmpty: boolean } {
		const tag = this.#match(openTag)?.[1];
		// Definitions of a document type could name files elsewhere, or grow without bound.
		if (tag === undefined) throw this.#error('expected an element');
		const attributes = new Map<string, string>();
		for (let found = this.#match(attribute); found; found = this.#match(attribute)) {
			const [, key = '', double, single] = found;
			if (attributes.has(key)) throw this.#error(`${key} is there twice`);
			attributes.set(key, this.#resolved(double ?? single ?? '', found.index));
		}
		const end = this.#match(tagEnd);
		if (!end) throw this.#error(`expected an attribute or the end of the tag ${tag}`);
		const element = { name: tag, attributes, children: [], text: '' };
		return { element, isEmpty: end[1] === '/' };
	}

	/** @param start where the text stands, for a message. */
	#resolved(text: string, start: number): string {
		const replaced = text.replaceAll(
			/&([^;&]{0,10};?)/g,
			(whole, found: string, offset: number) => {
				const entity = found.endsWith(';') ? found.slice(0, -1) : '';
				const known = Object.hasOwn(entities, entity) ? entities[entity] : undefined;
				if (known !== undefined) return known;
				const [, hex, decimal] = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(entity) ?? [];
				const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
				if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
				this.#at = start + offset;
				throw this.#error(`${JSON.stringify(whole)} is not known`);
			},
		);
		return replaced.replaceAll('\r\n', '\n');
	}

	#isAt(start: string): boolean {
		return this.#text.startsWith(start, this.#at);
	}

	/** Passes over what begins here and ends so, if it does. */
	#skips(start: string, end: string): boolean {
		if (!this.#isAt(start)) return false;
		const found = this.#text.indexOf(end, this.#at + start.length);
		if (found < 0) throw this.#error(`${start} has no end`);
		this.#at = found + end.length;
		return true;
	}

	#match(pattern: RegExp): RegExpExecArray | null {
		pattern.lastIndex = this.#at;
		const found = pattern.exec(this.#text);
		if (found) this.#at = pattern.lastIndex;
		return found;
	}

	#error(message: string): XmlError {
		const line = this.#text.slice(0, this.#at).split('\n').length;
		return new XmlError(`line ${line}: ${message}`);
	}
}

/**
 * Reads XML as programs write it: elements, attributes, text, CDATA and the references that XML itself
 * knows; comments and instructions are passed over. A document type is refused, for its definitions
 * could name other files or grow without bound. (No thread but the page's has a parser of the
 * browser, and Node has none.)
 *
 * @throws XmlError for anything else.
 */
export function readXml(text: string): XmlElement {
	return new XmlReader(text.replace(/^\uFEFF/, '')).root();
}
