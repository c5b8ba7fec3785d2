/**
 * Decodes one segment with an artefact that was built from weights by rule, and compares the three best
 * sentences with those of the baseline's own code:
 *
 *     npx tsx models/avsr-cocktail/decode.ts <reference.json> <artefacts> --kind fp32 [--segments 1]
 *
 * With several segments, copies of the same, it shows what a step costs for all of them together.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-web';
import * as v from 'valibot';
import type { Tensor } from '../../src/lib/inference/model.ts';
import { heldOutputs } from '../../src/lib/recognisers/avsr/avsr-recogniser.ts';
import { CachedDecoder } from '../../src/lib/recognisers/avsr/cached-decoder.ts';
import { lipSide, soundWidth } from '../../src/lib/recognisers/avsr/graphs.ts';
import { parseAvsrManifest } from '../../src/lib/recognisers/avsr/manifest.ts';
import { baselineBeam, JointBeam } from '../../src/lib/recognisers/decoding/joint-beam.ts';
import { searchTogether } from '../../src/lib/recognisers/decoding/search-together.ts';
import { chainOf } from './trial-chain.ts';
import { openGraph, trialSegment } from './trial.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		kind: { type: 'string', default: 'fp32' },
		segments: { type: 'string', default: '1' },
		threads: { type: 'string' },
	},
});

/** Frames of the reference's segment. */
const frames = 25;

/** What scores, which are sums over 25 steps, may differ from the reference in fp32. */
const allowed = 5e-3;

const referenceSchema = v.object({
	'beam3_ctc0.1': v.array(v.object({ yseq: v.array(v.number()), score: v.number() })),
});

async function main(): Promise<void> {
	const [referencePath, folder] = positionals;
	if (referencePath === undefined || folder === undefined) {
		throw new TypeError('Name the file with the reference numbers, and the folder of artefacts');
	}
	const reference = v.parse(referenceSchema, JSON.parse(await readFile(referencePath, 'utf8')));
	const manifest = parseAvsrManifest(
		JSON.parse(await readFile(join(folder, `manifest-${values.kind}.json`), 'utf8')),
	);
	if (!('graphs' in manifest)) throw new TypeError(manifest.join('; '));
	ort.env.logLevel = 'error';
	ort.env.wasm.numThreads = Number(values.threads ?? availableParallelism());
	const { shape, graphs } = manifest;
	const arithmetic = graphs.decoder.graphs.float32 ? 'float32' : 'float16';
	const options = {
		runtime: ort,
		manifest,
		arithmetic,
		read: (path: string) => readFile(join(folder, path)),
	} as const;
	const held = heldOutputs(shape);
	const segments = Number(values.segments);
	const { lips, audio } = trialSegment(frames);
	const repeated = (dims: readonly number[], data: Float32Array): Tensor => {
		const all = new Float32Array(segments * data.length);
		for (let i = 0; i < segments; i++) all.set(data, i * data.length);
		return { type: 'float32', dims: [segments, ...dims], data: all };
	};
	const mask = repeated([frames], new Float32Array(frames).fill(1));

	const encoder = await openGraph(options, graphs.encoder);
	let start = performance.now();
	const heard = await chainOf(ort, encoder, 'encoder', held.encoder).runChain({
		lips: repeated([frames, lipSide, lipSide], lips),
		audio: repeated([frames, soundWidth], audio),
		mask,
	});
	console.log(`encoder: ${seconds(start)} s for ${segments} x ${frames} frames`);
	await encoder.release();
	const output = heard.tensors['log_probs'];
	if (output?.type !== 'float32') throw new TypeError('The encoder gives no log_probs');

	const crossSession = await openGraph(options, graphs.cross);
	const cross = await chainOf(ort, crossSession, 'cross', held.cross).runChain(heard.held);
	await crossSession.release();

	const decoderSession = await openGraph(options, graphs.decoder);
	const model = chainOf(ort, decoderSession, 'decoder', held.decoder);
	const search = async (maximumSteps: number): Promise<JointBeam[]> => {
		const decoder = new CachedDecoder(model, { shape, arithmetic }, { mask, cross: cross.held });
		const beams = Array.from({ length: segments }, (_, i) => {
			const data = output.data.subarray(i * frames * shape.units, (i + 1) * frames * shape.units);
			return new JointBeam(
				{ frames, classes: shape.units, data },
				{ ...baselineBeam, maximumSteps, boundaryUnit: shape.units - 1 },
			);
		});
		await searchTogether(beams, decoder);
		decoder.dispose();
		return beams;
	};
	await search(2);
	start = performance.now();
	const beams = await search(frames);
	const milliseconds = (performance.now() - start) / frames;
	console.log(`decoder: ${milliseconds.toFixed(0)} ms a step for ${segments} x 3 hypotheses`);
	await decoderSession.release();

	let same = true;
	for (const [rank, { yseq, score }] of reference['beam3_ctc0.1'].entries()) {
		for (const beam of beams) {
			const found = beam.sentences()[rank];
			const agrees = found?.units.join() === yseq.slice(1, -1).join();
			const difference = Math.abs((found?.score ?? Number.NaN) - score);
			if (!agrees || !(difference <= allowed)) same = false;
			const verdict = agrees
				? 'as in the reference'
				: `not the reference's: ${String(found?.units)}`;
			console.log(
				`${rank + 1}. ${verdict}, score ${found?.score.toFixed(4) ?? ''} (${score.toFixed(4)})`,
			);
		}
	}
	console.log(same ? 'all sentences as in the reference' : 'NOT the sentences of the reference');
	// The threads of the runtime would keep the process alive.
	process.exit(same || manifest.kind !== 'fp32' ? 0 : 1);
}

function seconds(start: number): string {
	return ((performance.now() - start) / 1000).toFixed(2);
}

await main();
