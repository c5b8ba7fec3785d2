/**
 * Proves the builder at full size, without the published checkpoint: writes one with weights by rule
 * (1.7 GB), builds every kind of artefact from it, runs them on the CPU in WebAssembly, and compares
 * fp32 with numbers of an independent implementation, its three best sentences (`decode.ts`) too, and the
 * other kinds with fp32:
 *
 *     npx tsx models/avsr-cocktail/prove.ts <reference.json> [--kinds fp32,q8,q4,fp16]
 *
 * Needs 6 GB of disk (models/.cache), up to 4 GB of memory and some minutes, both of which it prints.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inProject } from '../../scripts/lib/command.mjs';
import { avsrKinds } from '../../src/lib/recognisers/avsr/manifest.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { kinds: { type: 'string', default: avsrKinds.join() } },
});

const cache = inProject('models/.cache/avsr-cocktail');
const checkpoint = join(cache, 'checkpoint');
const built = join(cache, 'built');

/** Runs a program of this folder in a process of its own, so that its memory is its own too. */
function run(program: string, ...args: string[]): void {
	const file = fileURLToPath(new URL(program, import.meta.url));
	const { status } = spawnSync(
		process.execPath,
		[inProject('node_modules/.bin/tsx'), file, ...args],
		{
			stdio: 'inherit',
		},
	);
	if (status !== 0) throw new Error(`${program} failed`);
}

async function main(): Promise<void> {
	const [reference] = positionals;
	if (reference === undefined) throw new TypeError('Name the file with the reference numbers');
	await readFile(reference);
	const started = performance.now();
	if (!existsSync(join(checkpoint, 'config.json'))) run('generate.ts', checkpoint);
	for (const kind of values.kinds.split(',')) {
		console.log(`\n== ${kind}`);
		run('build.ts', checkpoint, '--kinds', kind, '--out', built);
		run('compare.ts', reference, built, '--kind', kind);
		if (kind === 'fp32') run('decode.ts', reference, built, '--kind', kind);
	}
	console.log(`\n${((performance.now() - started) / 60_000).toFixed(1)} minutes in all`);
}

await main();
