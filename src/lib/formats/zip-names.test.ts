import { expect, test } from 'vitest';
import { entryPath } from './zip-names.ts';

const entry = (hex: string, filename = 'as code page 437 has it') => ({
	filename,
	filenameUTF8: false,
	rawFilename: new Uint8Array(Buffer.from(hex, 'hex')),
});

test.each([
	// 采访/录音 1.wav
	['b2c9b7c32fc2bcd2f420312e776176', '采访/录音 1.wav'],
	// 会議の録音.wav
	['89ef8b6382cc985e89b92e776176', '会議の録音.wav'],
	// 회의.wav
	['c8b8c0c72e776176', '회의.wav'],
	// UTF-8 without its mark, as macOS writes it: Gespräch.wav
	['4765737072c3a463682e776176', 'Gespräch.wav'],
])('%s is %s', (hex, name) => {
	expect(entryPath(entry(hex))).toBe(name);
});

test('what is none of these is as the format says', () => {
	// "Gespräch.wav" of a Western MS-DOS.
	expect(entryPath(entry('47657370728463682e776176', 'Gespräch.wav'))).toBe('Gespräch.wav');
	expect(entryPath(entry('612e776176', 'a.wav'))).toBe('a.wav');
	const marked = { ...entry('ffff', '采访.wav'), filenameUTF8: true };
	expect(entryPath(marked)).toBe('采访.wav');
});

test('folders are parted by backslashes, too', () => {
	expect(entryPath(entry('61', 'talks\\one\\a.wav'))).toBe('talks/one/a.wav');
});
