import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { inProject } from '../../scripts/lib/command.mjs';
import { openBrowserPage } from './browser-page.ts';
import { missedTargets, table, type Bench, type BenchRow } from './row.ts';

/**
 * Runs the benches whose file names contain one of the arguments, or all, and prints the table. Ends with exit
 * status 1 when one fails or a row misses its target.
 */
async function main(wanted: readonly string[]): Promise<void> {
	const files = readdirSync(inProject('tests', 'bench'))
		.filter((file) => file.endsWith('.bench.ts'))
		.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
	const artefacts = process.env['CONFAB_AVSR'];
	const page = await openBrowserPage({
		folders: artefacts === undefined ? [] : [resolve(artefacts)],
	});
	const rows: BenchRow[] = [];
	try {
		for (const file of files) {
			const { bench } = (await import(`./${file}`)) as { bench: Bench };
			console.error(bench.title);
			const missing = await bench.missing();
			if (missing !== null) {
				console.error(`  not measured: ${missing}`);
				continue;
			}
			const log = (line: string): void => console.error(`  ${line}`);
			try {
				rows.push(...(await bench.run({ page, log })));
			} catch (error) {
				process.exitCode = 1;
				console.error(`  failed: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
	} finally {
		await page.close();
	}
	console.log(table(rows));
	const missed = missedTargets(rows);
	if (missed.length > 0) {
		process.exitCode = 1;
		console.error(`missed their targets: ${missed.join('; ')}`);
	}
}

await main(process.argv.slice(2));
