import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvText } from './csv-text.ts';

/** As RFC 4180 says it, one character at a time. */
function readCsv(text: string): string[][] {
	const rows: string[][] = [];
	let [row, field, quoted]: [string[], string, boolean] = [[], '', false];
	for (let i = 0; i < text.length; i += 1) {
		const character = text.charAt(i);
		if (quoted) {
			if (character !== '"') field += character;
			else if (text.charAt(i + 1) === '"') [field, i] = [`${field}"`, i + 1];
			else quoted = false;
		} else if (character === '"') quoted = true;
		else if (character === ',') [row, field] = [[...row, field], ''];
		else if (text.startsWith('\r\n', i)) {
			rows.push([...row, field]);
			[row, field, i] = [[], '', i + 1];
		} else field += character;
	}
	return rows;
}

test('what is written is read', () => {
	const cell = fc.oneof(fc.string(), fc.constantFrom('a,b', '"', 'a\r\nb', '', ' x'));
	const row = fc.array(cell, { minLength: 1, maxLength: 4 });
	fc.assert(
		fc.property(fc.array(row), (rows) => {
			expect(readCsv(csvText(rows))).toEqual(rows);
		}),
	);
});

test('numbers are plain, nothing is empty', () => {
	expect(csvText([['name', 0.1842, null, 12]])).toBe('name,0.1842,,12\r\n');
});
