import { expect, test } from 'vitest';
import type { ShelvedModel } from '../store/shelf/model-shelf.ts';
import { wespeakerId } from '../perception/voice/wespeaker-voice.ts';
import { AddedVoices } from './added-voices.ts';

const file = { name: 'voxceleb_resnet34_LM.onnx', bytes: 3, sha256: 'a'.repeat(64) };
const about = { family: 'wespeaker', offer: wespeakerId, hub: null, graph: file.name };

function shelf(part: Partial<ShelvedModel> | null) {
	const model: ShelvedModel = {
		version: 1,
		id: 'wespeaker-resnet34.fp32',
		files: [file],
		about,
		presentBytes: 3,
		totalBytes: 3,
		complete: true,
		...part,
	};
	return {
		get: (id: string) => Promise.resolve(part && id === model.id ? model : null),
		file: (id: string, { name }: { name: string }) =>
			Promise.resolve(id === model.id && name === file.name ? new Blob(['abc']) : null),
	};
}

test('the embedding is there when all of it is, and nothing else passes for it', async () => {
	const voices = new AddedVoices(shelf({}));
	expect((await voices.find(wespeakerId)) !== null).toBe(true);
	const model = await voices.find(wespeakerId);
	expect(model?.files.graph).toEqual({ path: file.name, bytes: 3, sha256: file.sha256 });
	expect(await voices.find('voice-bilstm')).toBeNull();
	for (const part of [null, { complete: false }, { about: { family: 'whisper' } }, { files: [] }]) {
		expect((await new AddedVoices(shelf(part)).find(wespeakerId)) !== null).toBe(false);
	}
});

test('the segmentation is there by its own file, and no other network passes for it', async () => {
	const graph = { name: 'model.onnx', bytes: 3, sha256: 'b'.repeat(64) };
	const own = {
		id: 'pyannote-segmentation.fp32',
		files: [graph],
		about: {
			family: 'segmentation',
			offer: 'pyannote-segmentation',
			hub: null,
			graph: 'model.onnx',
		},
	};
	const model = await new AddedVoices(shelf(own)).find('pyannote-segmentation');
	expect(model).toMatchObject({
		...{ providers: ['wasm'], licence: 'MIT', files: { graph: { path: 'model.onnx' } } },
		check: { inputs: { x: { dims: [1, 1, 16_000] } } },
	});
	expect(await new AddedVoices(shelf(own)).find(wespeakerId)).toBeNull();
	const other = { ...own, about: { ...own.about, offer: wespeakerId } };
	expect(await new AddedVoices(shelf(other)).find('pyannote-segmentation')).toBeNull();
});

test('its graph is read from the shelf, and one that went away is said to be', async () => {
	const voices = new AddedVoices(shelf({}));
	const model = await voices.find(wespeakerId);
	if (!model) throw new Error('no model');
	expect(await (await voices.open(model, model.files.graph)).text()).toBe('abc');
	await expect(voices.open(model, { ...model.files.graph, path: 'other' })).rejects.toMatchObject({
		code: 'ModelUnavailable',
	});
});
