import { writeFileSync } from 'node:fs';
import { firstLoadScripts } from './lib/first-load.mjs';

/**
 * Weighs the scripts that the first page of the built app loads before anybody touches it, and fails
 * above the budget. `--list` prints them; a path takes how many checks went which way.
 */
const budgetBytes = 200_000;

const scripts = firstLoadScripts();
const total = scripts.reduce((sum, { gzipped }) => sum + gzipped, 0);
const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;

const [first] = process.argv.slice(2);
if (first === '--list' || total > budgetBytes) {
	for (const { path, gzipped } of scripts)
		console.log(`${kilobytes(gzipped).padStart(9)}  ${path}`);
}
console.log(
	`First page: ${kilobytes(total)} of script gzipped in ${scripts.length} files (at most ${kilobytes(budgetBytes)})`,
);
const failed = total > budgetBytes ? 1 : 0;
if (first !== undefined && first !== '--list') {
	writeFileSync(first, JSON.stringify({ passed: 1 - failed, failed, skipped: 0 }));
}
process.exitCode = failed;
