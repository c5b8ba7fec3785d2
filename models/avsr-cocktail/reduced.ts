import type { DroppedFile } from '../../src/lib/formats/index.ts';
import type { Runtime } from '../../src/lib/inference/runtime.ts';
import type { AvsrArithmetic, AvsrKind } from '../../src/lib/recognisers/avsr/manifest.ts';
import {
	openPretrained,
	type PretrainedCheckpoint,
	type SourceFile,
} from '../../src/lib/conversion/hugging-face.ts';
import { MemoryStore } from '../../src/lib/conversion/random-access.ts';
import { convertAvsr } from '../../src/lib/conversion/avsr/convert.ts';
import type { TrialOptions } from './trial.ts';
import { checkpointTensors, configOf, reducedNetwork } from './weight-rule.ts';
import { writeSafetensors } from './write-checkpoint.ts';

/** Files in memory as `openPretrained` takes them. */
export function filesOf(store: MemoryStore): SourceFile[] {
	return [...store.files].map(([path, blob]) => ({
		path,
		bytes: blob.size,
		open: async () => {
			const file = await store.open(path);
			if (!file) throw new TypeError(`${path} is gone`);
			return file;
		},
	}));
}

/** The reduced network's checkpoint, by rule, in memory. */
export async function reducedCheckpoint(): Promise<PretrainedCheckpoint> {
	const store = new MemoryStore();
	await writeSafetensors(store, 'model.safetensors', checkpointTensors(reducedNetwork));
	store.files.set('config.json', new Blob([JSON.stringify(configOf(reducedNetwork))]));
	return openPretrained(filesOf(store), '');
}

/** The reduced network as a person would have it: a checkpoint's folder, and the units beside it. */
export async function reducedFiles(): Promise<{ checkpoint: DroppedFile[]; units: DroppedFile }> {
	const store = new MemoryStore();
	await writeSafetensors(store, 'model.safetensors', checkpointTensors(reducedNetwork));
	const config = JSON.stringify(configOf(reducedNetwork));
	const dropped = (path: string, content: BlobPart): DroppedFile => ({
		path,
		file: new File([content], path),
	});
	// Blank is not in the file, nor is the end of a sentence.
	const lines = Array.from({ length: reducedNetwork.units - 2 }, (_, i) =>
		i === 0 ? '<unk> 1' : `${i % 2 === 1 ? '\u2581' : ''}U${i} ${i + 1}`,
	);
	return {
		checkpoint: [
			...[...store.files].map(([path, blob]) => dropped(path, blob)),
			dropped('config.json', config),
		],
		units: dropped('unigram5000_units.txt', `${lines.join('\n')}\n`),
	};
}

/** An artefact and the names of its files, the manifest included. */
export interface ReducedArtefact extends TrialOptions {
	readonly paths: readonly string[];
}

/** Builds an artefact of the reduced network in memory, ready to open. */
export async function reducedArtefact(
	runtime: Runtime,
	kind: AvsrKind,
	arithmetic: AvsrArithmetic,
): Promise<ReducedArtefact> {
	const store = new MemoryStore();
	const manifest = await convertAvsr(await reducedCheckpoint(), kind, store);
	return {
		runtime,
		manifest,
		arithmetic,
		paths: [...store.files.keys()],
		read: async (path) => {
			const blob = store.files.get(path);
			if (!blob) throw new TypeError(`The artefact has no ${path}`);
			return new Uint8Array(await blob.arrayBuffer());
		},
	};
}
