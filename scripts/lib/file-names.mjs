import { readdirSync } from 'node:fs';

/**
 * Files of a folder that a browser passes over without a word, as their names are not written in UTF-8 (an
 * unpacked archive of a Chinese Windows, say).
 *
 * @param {string} folder
 */
export function unseenFiles(folder) {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.includes('\uFFFD'))
		.map((file) => ({ file, message: notUtf8 }));
}

/** What is wrong with a name that is written in another encoding, and what can be done. */
export const notUtf8 = 'its name is not written in UTF-8, so it cannot be opened: rename it';
