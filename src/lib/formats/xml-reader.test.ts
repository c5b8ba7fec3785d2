import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readXml } from './xml-reader.ts';
import type { XmlElement } from './xml-reader.ts';

test('elements, attributes, text and what XML itself knows', () => {
	const root = readXml(
		`\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- a > b -->\n<A xmlns:x="u" b = 'it"s'>\n one &amp; &#x41;&#66;<C/><C d="&lt;&quot;"><![CDATA[<&>]]></C>\r\ntwo</A>\n`,
	);
	expect(root.name).toBe('A');
	expect(Object.fromEntries(root.attributes)).toEqual({ 'xmlns:x': 'u', b: 'it"s' });
	expect(root.text).toBe('\n one & AB\ntwo');
	expect(root.children.map(({ name, text }) => [name, text])).toEqual([
		['C', ''],
		['C', '<&>'],
	]);
	expect(root.children[1]?.attributes.get('d')).toBe('<"');
});

test.each([
	['', 'line 1: expected one element that holds all others'],
	['<A/><B/>', 'line 1: expected one element that holds all others'],
	['x<A/>', 'line 1: expected one element that holds all others'],
	['<A>\n</B>', 'line 2: expected the end of A'],
	['</A>', 'line 1: expected the end of the file'],
	['<A>\n\n<B>', 'line 3: B has no end'],
	['<A b=1/>', 'line 1: expected an attribute or the end of the tag A'],
	['<A b="1" b="2"/>', 'line 1: b is there twice'],
	['<A>\n&nbsp;</A>', 'line 2: "&nbsp;" is not known'],
	['<A>a & b</A>', 'line 1: "& b" is not known'],
	['<A>&#0;</A>', 'line 1: "&#0;" is not known'],
	['<A><!-- </A>', 'line 1: <!-- has no end'],
	['<A><![CDATA[ </A>', 'line 1: <![CDATA[ has no end'],
	['<!DOCTYPE A [<!ENTITY a "b">]><A>&a;</A>', 'line 1: expected an element'],
	['<A>'.repeat(200), 'line 1: is nested too deep'],
])('refuses %j', (text, message) => {
	expect(() => readXml(text)).toThrow(message);
});

test('large and unfinished ones are looked through once', () => {
	const many = 200_000;
	for (const text of [
		`<A${' b'.repeat(many)}`,
		`<A${' '.repeat(many)}`,
		`<A>${'<!-'.repeat(many)}`,
		`<A ${'b="&'.repeat(many)}`,
		`<${'a'.repeat(many)}`,
		`<A>${'&'.repeat(many)}</A>`,
	]) {
		expect(() => readXml(text)).toThrow(/^line 1: /);
	}
	const flat = readXml(`<A>${'<B c="d">e</B>'.repeat(20_000)}</A>`);
	expect(flat.children).toHaveLength(20_000);
});

interface Made {
	readonly name: string;
	readonly value: string;
	readonly text: string;
	readonly children: readonly Made[];
}

const name = fc.constantFrom('A', 'TIER', 'a-b', 'x:y_1.2');
const { made } = fc.letrec<{ made: Made }>((tie) => ({
	made: fc.record({
		name,
		value: fc.string({ unit: 'grapheme-ascii' }),
		text: fc.string({ unit: 'grapheme-ascii' }),
		children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('made'), { maxLength: 3 })),
	}),
}));

const escaped = (text: string): string =>
	text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('"', '&quot;')
		.replaceAll('>', '&gt;');

const written = (one: Made): string =>
	`<${one.name} v="${escaped(one.value)}">${escaped(one.text)}${one.children.map(written).join('')}</${one.name}>`;

const plain = ({ name: own, attributes, text, children }: XmlElement): Made => ({
	name: own,
	value: attributes.get('v') ?? '?',
	text,
	children: children.map(plain),
});

test('reads back what is written, and as another parser does', () => {
	fc.assert(
		fc.property(made, (one) => {
			const xml = written(one);
			expect(plain(readXml(xml))).toEqual(one);
			const other = new DOMParser().parseFromString(xml.replaceAll('x:y_1.2', 'xy'), 'text/xml');
			expect(other.documentElement?.textContent).toBe(
				[
					...(function* texts(own: Made): Generator<string> {
						yield own.text;
						for (const child of own.children) yield* texts(child);
					})(one),
				].join(''),
			);
		}),
	);
});
