import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { randomWhisper } from '../../../../models/whisper/random-whisper.ts';
import { memoryFolder } from '../../../../tests/fixtures/memory-folder.ts';
import { createNodeInference } from '../../../../tests/node-inference.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { ServedModels } from '../../inference/served-models.ts';
import { ModelShelf } from '../../store/shelf/model-shelf.ts';
import { present } from '../../support/assert.ts';
import { addWhisperFolder } from './add-folder.ts';
import { heldOutputs } from './graphs.ts';
import { ServedWhispers } from './served-whispers.ts';
import { WhisperFamily } from './whisper-family.ts';
import { graphId, WhisperShelf } from './whisper-shelf.ts';

const made = randomWhisper({ size: 'test', seed: 2, storages: ['q8'] });
const others = randomWhisper({ size: 'test', seed: 3, storages: ['q8'] });
const settings = { ...defaultSettings, recogniser: 'whisper-base' };

/** A folder of models as the set-up leaves it, and what was asked of it. */
function servedFolder(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>> | null = made) {
	const asked: string[] = [];
	const recognisers = files && [
		{
			id: 'whisper-base',
			files: [...files].map(([name, bytes]) => ({
				name,
				file: `whisper-base/${name}`,
				bytes: bytes.length,
				sha256: createHash('sha256').update(bytes).digest('hex'),
			})),
			licence: 'MIT',
			source: { repository: 'somewhere', package: 'words@1.0.0' },
		},
	];
	const served = new ServedModels((path) => {
		asked.push(path);
		if (path === 'manifest.json') {
			const manifest = { version: 1, models: [], ...(recognisers && { recognisers }) };
			return Promise.resolve(new Response(JSON.stringify(manifest)));
		}
		const bytes = made.get(path.replace('whisper-base/', ''));
		return Promise.resolve(new Response(bytes ?? null, { status: bytes ? 200 : 404 }));
	});
	return { served: new ServedWhispers(served), asked };
}

function emptyShelf(): ModelShelf {
	return new ModelShelf(() => Promise.resolve(memoryFolder().handle));
}

describe('a Whisper that comes with the app', () => {
	test('is run on the CPU without having been added', async () => {
		const { served, asked } = servedFolder();
		const shelf = new WhisperShelf(emptyShelf(), served);
		const inference = createNodeInference({ sources: [shelf] });
		const [candidate, ...more] = await new WhisperFamily(shelf, inference).candidates(settings);
		expect(more).toEqual([]);
		expect(candidate?.name).toBe('q8 on wasm');
		expect(candidate?.batching).toBeUndefined();
		expect(asked).toEqual(['manifest.json']);

		const entry = await shelf.entry('whisper-base');
		expect(entry).toMatchObject({ served: true, model: { id: 'whisper-base', complete: true } });
		const { encoder: held } = heldOutputs(await shelf.rules(present(entry, 'entry')));
		const encoder = await inference.load(graphId('whisper-base', 'encoder', 'wasm'), {
			held,
			unchecked: true,
		});
		expect(encoder.outputNames).toContain('last_hidden_state');
		expect(asked).toContain('whisper-base/onnx/encoder_model_quantized.onnx');
		expect((await shelf.texts(present(entry, 'entry'))).preprocessor).toMatchObject({
			feature_size: 80,
		});
	});

	test('gives way to what a person has added, and has other words then', async () => {
		const added = emptyShelf();
		const shelf = new WhisperShelf(added, servedFolder().served);
		const family = new WhisperFamily(shelf, createNodeInference({ sources: [shelf] }));
		const [before] = await family.candidates(settings);
		const files = [...others].map(([path, bytes]) => ({ path, file: new File([bytes], path) }));
		await addWhisperFolder(added, files, { offer: 'whisper-base' });
		expect(await shelf.entry('whisper-base')).toMatchObject({ served: false });
		const [after] = await family.candidates(settings);
		expect(after?.version).not.toBe(before?.version);
	});

	test.each([
		['without it', servedFolder(null)],
		['without one of its files', servedFolder(new Map([...made].slice(1)))],
		[
			'without any list of models',
			{
				served: new ServedWhispers(
					new ServedModels(() => Promise.resolve(new Response(null, { status: 404 }))),
				),
			},
		],
	])('%s, one is told what to do', async (_, { served }) => {
		const shelf = new WhisperShelf(emptyShelf(), served);
		const family = new WhisperFamily(shelf, createNodeInference({ sources: [shelf] }));
		await expect(family.candidates(settings)).rejects.toMatchObject({
			code: 'ModelUnavailable',
			message:
				'"whisper-base" is not here. Run "npm run models" where Confab is served from, then reload, ' +
				'or add it on the page of models.',
		});
		await expect(
			family.candidates({ ...settings, recogniser: 'whisper-tiny' }),
		).rejects.toMatchObject({ message: expect.stringMatching(/^"whisper-tiny" is not/) as string });
	});

	test('is refused when a file has another content', async () => {
		const { served } = servedFolder(others);
		const shelf = new WhisperShelf(emptyShelf(), served);
		const inference = createNodeInference({ sources: [shelf] });
		const id = graphId('whisper-base', 'encoder', 'wasm');
		await expect(inference.load(id, { unchecked: true })).rejects.toMatchObject({
			code: 'ModelMismatch',
		});
	});
});
