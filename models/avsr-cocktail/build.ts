/**
 * Builds the AV-HuBERT recogniser from its published checkpoint:
 *
 *     npx tsx models/avsr-cocktail/build.ts <folder or zip> [--checkpoint avsr_cocktail]
 *         [--kinds q4,fp16,q8] [--out static/models/avsr-cocktail]
 *
 * Prints what it does, the minutes and the peak memory. Broken off and called again, it goes on.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type AvsrKind, avsrKinds } from '../../src/lib/recognisers/avsr/manifest.ts';
import { unitsFiles, unitsName } from '../../src/lib/recognisers/avsr/offers.ts';
import type { Progress } from '../../src/lib/support/progress.ts';
import {
	checkpointFolders,
	filesOfZip,
	openPretrained,
	removeUnpacked,
	type SourceFile,
} from '../../src/lib/conversion/hugging-face.ts';
import { writeFile } from '../../src/lib/conversion/weight-plan.ts';
import { convertAvsr } from '../../src/lib/conversion/avsr/convert.ts';
import { DiskStore } from './node-store.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		checkpoint: { type: 'string' },
		kinds: { type: 'string', default: 'q4,fp16,q8' },
		out: { type: 'string', default: 'static/models/avsr-cocktail' },
	},
});

const started = performance.now();
let shown = '';

/** A line for each tenth of each stage. */
function show({ stage, subject = '', done, total }: Progress): void {
	const line = `${stage} ${Math.floor((10 * done) / Math.max(1, total)) * 10} %`;
	if (line !== shown) console.log(`${seconds().padStart(7)} s  ${line}  ${subject}`);
	shown = line;
}

function seconds(): string {
	return ((performance.now() - started) / 1000).toFixed(1);
}

function kindsOf(list: string): AvsrKind[] {
	return list.split(',').map((name) => {
		const kind = avsrKinds.find((known) => known === name);
		if (!kind) throw new TypeError(`"${name}" is none of ${avsrKinds.join(', ')}`);
		return kind;
	});
}

function choose(files: readonly SourceFile[]): string {
	const folders = checkpointFolders(files);
	const [only] = folders;
	const { checkpoint } = values;
	if (checkpoint === undefined && folders.length === 1 && only !== undefined) return only;
	const found = folders.find((folder) => folder === checkpoint || basename(folder) === checkpoint);
	if (found !== undefined) return found;
	throw new TypeError(
		`Choose one with --checkpoint: ${folders.map((folder) => basename(folder)).join(', ')}`,
	);
}

/** The units, which no checkpoint holds, go beside what was built when they are at hand. */
async function copyUnits(
	files: readonly SourceFile[],
	beside: DiskStore,
	out: DiskStore,
): Promise<void> {
	const listed = files.find(({ path }) => unitsFiles.some((name) => name === basename(path)));
	const units = (await listed?.open()) ?? (await beside.open(unitsFiles[0]));
	if (units) await writeFile(out, unitsName, await units.read(0, units.size));
	else {
		console.log(
			`There is no ${unitsFiles[0]}: put it into ${values.out} before adding it to the app`,
		);
	}
}

async function main(): Promise<void> {
	const [source] = positionals;
	if (source === undefined) throw new TypeError('Name the folder or the zip with the checkpoint');
	const kinds = kindsOf(values.kinds);
	const out = new DiskStore(values.out);
	const isFolder = (await stat(source)).isDirectory();
	const input = new DiskStore(isFolder ? source : dirname(source));
	try {
		const archive = isFolder ? null : await input.open(basename(source));
		const files = archive ? await filesOfZip(archive, out) : await input.list();
		const folder = choose(files);
		const pretrained = await openPretrained(files, folder, { onProgress: show });
		for (const kind of kinds) {
			const { graphs } = await convertAvsr(pretrained, kind, out, { onProgress: show });
			const bytes = Object.values(graphs)
				.flatMap(({ data }) => data)
				.reduce((sum, file) => sum + file.bytes, 0);
			console.log(`${kind}: ${(bytes / 1e6).toFixed(1)} MB of weights in ${join(values.out)}`);
		}
		if (archive) await removeUnpacked(files, out);
		await copyUnits(files, input, out);
	} finally {
		await input.close();
		await out.close();
	}
	const peak = process.resourceUsage().maxRSS / 1024;
	console.log(`${seconds()} s, at most ${peak.toFixed(0)} MB of memory`);
}

await main();
