/**
 * Writes into the catalogue what can be computed: size and checksum of the files that are committed
 * here, and every model's reference output. To be run after a model or its reference input changed:
 *
 *     npx tsx models/pin.ts
 *
 * Reference outputs are those of the CPU provider with all graph optimisations off, so that a check
 * of the optimised graph on the same provider still says something.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web/wasm';
import * as v from 'valibot';
import { setUpModels } from '../scripts/models.mjs';
import { formulaSchema } from '../src/lib/inference/manifest.ts';
import { referenceInputs, sampleOutputs } from '../src/lib/inference/self-check.ts';
import { fromRuntime, toRuntime } from '../src/lib/inference/tensors.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cataloguePath = join(root, 'models/catalogue.json');

const catalogueSchema = v.looseObject({
	files: v.array(
		v.looseObject({
			id: v.string(),
			committed: v.optional(v.string()),
			bytes: v.number(),
			sha256: v.string(),
		}),
	),
	models: v.array(
		v.looseObject({
			id: v.string(),
			parts: v.looseObject({ graph: v.looseObject({ name: v.string() }) }),
			check: v.looseObject({
				inputs: v.record(v.string(), formulaSchema),
				outputs: v.optional(v.record(v.string(), v.unknown())),
			}),
		}),
	),
});

/** Lists of numbers, which would otherwise take a line for each. */
const numberList = /\[[\s\d.,e+-]*\]/g;
const onOneLine = (list: string): string =>
	list.replace(/\s+/g, ' ').replace(/\[ | \]/g, (end) => end.trim());

const catalogue = v.parse(catalogueSchema, JSON.parse(await readFile(cataloguePath, 'utf8')));
const save = (): Promise<void> =>
	writeFile(
		cataloguePath,
		`${JSON.stringify(catalogue, null, 2).replace(numberList, onOneLine)}\n`,
	);

for (const file of catalogue.files) {
	if (file.committed === undefined) continue;
	const bytes = await readFile(join(root, file.committed)).catch(() => null);
	if (!bytes) continue;
	file.bytes = bytes.byteLength;
	file.sha256 = createHash('sha256').update(bytes).digest('hex');
}
await save();
const { missing, standingIn } = await setUpModels({ recognisers: false });

ort.env.logLevel = 'error';
ort.env.wasm.numThreads = 1;
for (const model of catalogue.models) {
	const absent = missing.find(({ id }) => id === model.id);
	if (absent) {
		console.error(`${model.id} is left as it is: ${absent.reason}`);
		continue;
	}
	if (standingIn.includes(model.id)) {
		console.error(`${model.id} is left as it is: only its stand-in is here`);
		continue;
	}
	const graph = await readFile(join(root, 'static/models', model.parts.graph.name)).catch(
		() => null,
	);
	if (!graph) {
		console.error(`${model.id} is left as it is: it is not among those that come by themselves`);
		continue;
	}
	const session = await ort.InferenceSession.create(graph, {
		graphOptimizationLevel: 'disabled',
		logSeverityLevel: 3,
	});
	const feeds = toRuntime(ort, referenceInputs(model.check.inputs));
	const outputs = await fromRuntime(await session.run(feeds));
	model.check.outputs = sampleOutputs(outputs);
	await session.release();
	console.log(model.id, Object.keys(outputs).join(', '));
}
await save();
await setUpModels({ recognisers: false });
