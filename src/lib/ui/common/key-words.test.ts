import { expect, test } from 'vitest';
import { keyParts } from './key-words.ts';

test.each([
	['Mod+Shift+z', false, ['Ctrl', 'Shift', 'Z']],
	['Mod+z', true, ['⌘', 'Z']],
	[' ', false, ['Space']],
	['Shift+ArrowLeft', false, ['Shift', '←']],
	['?', false, ['?']],
	['+', false, ['+']],
	['Mod++', false, ['Ctrl', '+']],
	['F2', false, ['F2']],
])('%j is written', (key, apple, parts) => expect(keyParts(key, apple)).toEqual(parts));
