import { afterEach, expect, test } from 'vitest';
import { archiveOf } from '../../tests/fixtures/archive.ts';
import { DirectoryStore } from '../../src/lib/conversion/directory-store.ts';
import {
	filesOfZip,
	openPretrained,
	removeUnpacked,
} from '../../src/lib/conversion/hugging-face.ts';
import { blobAccess, MemoryStore } from '../../src/lib/conversion/random-access.ts';
import { convertAvsr, readManifest } from '../../src/lib/conversion/avsr/convert.ts';
import { reducedCheckpoint } from './reduced.ts';
import { checkpointTensors, configOf, reducedNetwork } from './weight-rule.ts';
import { writeSafetensors } from './write-checkpoint.ts';

const folderName = 'avsr-convert-test';

async function directory(): Promise<FileSystemDirectoryHandle> {
	const root = await navigator.storage.getDirectory();
	return root.getDirectoryHandle(folderName, { create: true });
}

afterEach(async () => {
	const root = await navigator.storage.getDirectory();
	await root.removeEntry(folderName, { recursive: true });
});

test('a zip that a person adds becomes an artefact in the browser’s own storage', async () => {
	const written = new MemoryStore();
	await writeSafetensors(written, 'model.safetensors', checkpointTensors(reducedNetwork));
	const weights = written.files.get('model.safetensors');
	if (!weights) throw new TypeError('no weights');
	const path = 'model-bin/avsr_cocktail';
	const { file } = await archiveOf('model-bin.zip', [
		{ path: `${path}/model.safetensors`, file: new File([weights], 'model.safetensors') },
		{
			path: `${path}/config.json`,
			file: new File([JSON.stringify(configOf(reducedNetwork))], 'config.json'),
		},
	]);
	const folder = await directory();
	const store = new DirectoryStore(folder);
	const files = await filesOfZip(blobAccess(file), store);
	const pretrained = await openPretrained(files, path);

	// Left in the middle, there is no manifest; done again, it is as if nothing had happened.
	const abort = new AbortController();
	const left = convertAvsr(pretrained, 'q4', store, {
		signal: abort.signal,
		onProgress: ({ subject }) => {
			if (subject === 'decoder-q4-1.data') abort.abort();
		},
	});
	await expect(left).rejects.toThrow(/abort/i);
	expect(await readManifest(store, 'q4')).toBe(null);
	const manifest = await convertAvsr(pretrained, 'q4', store);
	await removeUnpacked(files, store);

	expect(await readManifest(store, 'q4')).toEqual(manifest);
	expect(manifest).toEqual(await convertAvsr(await reducedCheckpoint(), 'q4', new MemoryStore()));
	const names: string[] = [];
	for await (const name of folder.keys()) names.push(name);
	const graphs = ['cross', 'decoder', 'encoder'].flatMap((name) => [
		`${name}-q4-1.data`,
		`${name}-q4-half.onnx`,
		`${name}-q4.onnx`,
	]);
	expect(names.toSorted()).toEqual(['build-q4.json', 'manifest-q4.json', ...graphs].toSorted());
});
