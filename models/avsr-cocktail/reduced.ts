import type { Runtime } from '../../src/lib/inference/runtime.ts';
import type { AvsrArithmetic, AvsrKind } from '../../src/lib/recognisers/avsr/manifest.ts';
import {
	openPretrained,
	type PretrainedCheckpoint,
	type SourceFile,
} from '../builder/hugging-face.ts';
import { MemoryStore } from '../builder/random-access.ts';
import { convertAvsr } from './convert.ts';
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

/** Builds an artefact of the reduced network in memory, ready to open. */
export async function reducedArtefact(
	runtime: Runtime,
	kind: AvsrKind,
	arithmetic: AvsrArithmetic,
): Promise<TrialOptions> {
	const store = new MemoryStore();
	const manifest = await convertAvsr(await reducedCheckpoint(), kind, store);
	return {
		runtime,
		manifest,
		arithmetic,
		read: async (path) => {
			const blob = store.files.get(path);
			if (!blob) throw new TypeError(`The artefact has no ${path}`);
			return new Uint8Array(await blob.arrayBuffer());
		},
	};
}
