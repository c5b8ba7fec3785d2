import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A folder name that is not used yet; some systems hold `Talk` and `talk` for one.
 *
 * @param {string} stem a name that can be a file's
 * @param {Set<string>} used is added to
 */
export function folderName(stem, used) {
	let unique = stem;
	for (let number = 2; used.has(unique.toLowerCase()); number++) unique = `${stem}-${number}`;
	used.add(unique.toLowerCase());
	return unique;
}

/**
 * A report with the memory that was seen from outside: a page cannot tell what its workers hold.
 *
 * @param {string} text of report.json
 * @param {number | null} peakBytes
 */
export function reportWithMemory(text, peakBytes) {
	const report = JSON.parse(text);
	report.memory = peakBytes;
	return `${JSON.stringify(report, null, 2)}\n`;
}

/**
 * Whether a name is one of a plain file on every system.
 *
 * @param {string} name
 */
function isFileName(name) {
	return /^[^.<>:"/\\|?*\p{Cc}\p{Cs}][^<>:"/\\|?*\p{Cc}\p{Cs}]*$/u.test(name);
}

/**
 * Writes a session's output folder.
 *
 * @param {string} folder
 * @param {Record<string, string>} files path to content
 * @throws {Error} for a path that leads out of the folder
 */
export function writeOutput(folder, files) {
	for (const [path, text] of Object.entries(files)) {
		if (!path.split('/').every(isFileName)) throw new Error(`odd output path: ${path}`);
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
}

/**
 * Lets lines through but for counts (`12/40`) that come too often to be read.
 *
 * @param {(line: string) => void} write
 * @param {() => number} [now] milliseconds
 * @returns {(line: string) => void}
 */
export function thinOut(write, now = () => performance.now()) {
	let last = -Infinity;
	return (line) => {
		const counts = /\b(\d+)\/(\d+)\b/.exec(line);
		if (counts && counts[1] !== counts[2]) {
			if (now() - last < 2000) return;
			last = now();
		}
		write(line);
	};
}
