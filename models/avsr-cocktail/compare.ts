/**
 * Runs one artefact that was built from weights by rule, and compares it with reference numbers:
 *
 *     npx tsx models/avsr-cocktail/compare.ts <reference.json> <artefacts> --kind fp32
 *
 * The outputs of fp32 are kept beside the artefacts; those of other kinds are compared with them too.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-web';
import * as v from 'valibot';
import {
	type AvsrArithmetic,
	avsrKinds,
	type AvsrManifest,
	parseAvsrManifest,
} from '../../src/lib/recognisers/avsr/manifest.ts';
import {
	differenceOf,
	framesAsReference,
	type Reference,
	referenceFrames,
	referenceSchema,
	runArtefact,
	stageErrors,
} from './comparison.ts';
import { arithmeticsOf, manifestPath } from '../../src/lib/conversion/avsr/convert.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { kind: { type: 'string', default: 'fp32' }, threads: { type: 'string' } },
});

/** What fp32 may differ from the reference, as a fraction. */
const allowed = 2e-3;

/** The differences of log-probabilities in words. */
function compare(found: Float32Array, expected: Float32Array, rowLength: number): string {
	const { largest, rms, sameRows, rows } = differenceOf(found, expected, rowLength);
	return `largest ${largest.toPrecision(3)}, rms ${rms.toPrecision(3)}, best unit same in ${sameRows}/${rows}`;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
	const start = performance.now();
	const result = await work();
	console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(2)} s`);
	return result;
}

async function main(): Promise<void> {
	const [referencePath, folder] = positionals;
	if (referencePath === undefined || folder === undefined) {
		throw new TypeError('Name the file with the reference numbers, and the folder of artefacts');
	}
	const kind = avsrKinds.find((known) => known === values.kind);
	if (!kind) throw new TypeError(`"${values.kind}" is none of ${avsrKinds.join(', ')}`);
	const reference = v.parse(referenceSchema, JSON.parse(await readFile(referencePath, 'utf8')));
	const manifest = parseAvsrManifest(
		JSON.parse(await readFile(join(folder, manifestPath(kind)), 'utf8')),
	);
	if (!('graphs' in manifest)) throw new TypeError(manifest.join('; '));
	ort.env.logLevel = 'error';
	ort.env.wasm.numThreads = Number(values.threads ?? availableParallelism());
	const good: boolean[] = [];
	for (const arithmetic of arithmeticsOf[kind]) {
		good.push(await compareOne(manifest, arithmetic, folder, reference));
	}
	const peak = process.resourceUsage().maxRSS / 1024;
	console.log(`at most ${peak.toFixed(0)} MB of memory`);
	// The threads of the runtime would keep the process alive.
	process.exit(good.includes(false) ? 1 : 0);
}

async function compareOne(
	manifest: AvsrManifest,
	arithmetic: AvsrArithmetic,
	folder: string,
	reference: Reference,
): Promise<boolean> {
	console.log(`-- ${manifest.kind}, arithmetic in ${arithmetic}`);
	const read = (path: string): Promise<Uint8Array> => readFile(join(folder, path));
	const options = { runtime: ort, manifest, arithmetic, read };
	const found = await runArtefact(options, reference, timed);
	const errors = stageErrors(found, reference);
	for (const { name, error } of errors) {
		console.log(`${error.toExponential(1).padStart(9)}  ${name}`);
	}
	const same = framesAsReference(found, reference);
	console.log(`best CTC unit as in the reference in ${same}/${referenceFrames} frames`);

	const all = [found.ctc, ...found.decoder];
	const kept = join(folder, 'outputs-fp32.bin');
	if (manifest.kind === 'fp32') {
		await writeFile(kept, Buffer.concat(all.map((values) => Buffer.from(values.buffer))));
		return errors.every(({ error }) => error <= allowed) && same === referenceFrames;
	}
	const bytes = await readFile(kept).catch(() => null);
	if (!bytes) return true;
	const { units } = manifest.shape;
	const single = new Float32Array(Uint8Array.from(bytes).buffer);
	const split = found.ctc.length;
	console.log(`against fp32: CTC ${compare(found.ctc, single.subarray(0, split), units)}`);
	const decoded = Float32Array.from(found.decoder.flatMap((values) => Array.from(values)));
	console.log(`against fp32: decoder ${compare(decoded, single.subarray(split), units)}`);
	return true;
}

await main();
