import { cpuReference } from '../../inference/cpu-reference.ts';
import type { Gpu } from '../../inference/gpu.ts';
import { ModelFiles } from '../../inference/model-files.ts';
import type { Runtime } from '../../inference/runtime.ts';
import { sampleOutputs } from '../../inference/self-check.ts';
import { withJobLock } from '../../store/index.ts';
import type { ModelShelf } from '../../store/shelf/model-shelf.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { parseAddedModel } from '../added-model.ts';
import { AvsrShelf, graphId } from './avsr-shelf.ts';
import {
	graphNames,
	inputsName,
	type KeptReference,
	referencesName,
	referencesText,
} from './references.ts';
import { waysOf } from './ways.ts';

export interface ReferenceParts {
	readonly shelf: ModelShelf;
	/** With the CPU provider. */
	readonly runtime: Runtime;
	/** Decides how the model is going to be run here, and so what of it is written down. */
	readonly gpu: Gpu;
}

/**
 * Writes down beside a model of the shelf what its graphs give for their reference input, so that the
 * first run need not find it out. Progress is in `steps` of stage `check`, one for each graph.
 *
 * Does nothing for a model that is not complete, or that nothing here can run.
 *
 * @throws what creating or running a graph on the CPU throws; the signal's reason when aborted, after
 * which the model is as it was.
 */
export async function keepReferences(
	id: string,
	{ shelf, runtime, gpu }: ReferenceParts,
	{ signal, onProgress }: SlowOptions = {},
): Promise<void> {
	await withJobLock(`model ${id}`, async () => {
		const model = await shelf.get(id);
		const about = parseAddedModel(model?.about);
		if (!model?.complete || about?.family !== 'avsr-cocktail') return;
		const [way] = waysOf([about.kind], gpu);
		if (!way) return;
		const files = new ModelFiles([new AvsrShelf(shelf)]);
		const references: KeptReference[] = [];
		for (const [done, graph] of graphNames.entries()) {
			signal?.throwIfAborted();
			const total = graphNames.length;
			onProgress?.({ stage: 'check', subject: graph, done, total, unit: 'steps' });
			const name = graphId(id, graph, way);
			const ready = await files.ready(name);
			const content = {
				graph: await files.read(name, 'graph', { signal }),
				weights: await files.weights(name, { signal }),
			};
			const outputs = sampleOutputs(await cpuReference(ready, runtime, content));
			const inputs = inputsName(ready.check.inputs);
			references.push({ graph, arithmetic: way.arithmetic, inputs, outputs });
		}
		signal?.throwIfAborted();
		const text = new Blob([referencesText(references)]);
		const written = await shelf.write(id, { name: referencesName }, () =>
			Promise.resolve({ startByte: 0, stream: text.stream() }),
		);
		const others = model.files.filter(({ name }) => name !== referencesName);
		const { version, about: kept } = model;
		await shelf.enter({ version, id, files: [...others, written], about: kept });
	});
}
