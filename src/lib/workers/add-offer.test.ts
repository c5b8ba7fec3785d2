import { expect, test } from 'vitest';
import { archiveOf } from '../../../tests/fixtures/archive.ts';
import { memoryFolder } from '../../../tests/fixtures/memory-folder.ts';
import { offerOf } from '../recognisers/offers.ts';
import { ModelShelf } from '../store/shelf/model-shelf.ts';
import { addOffer } from './add-offer.ts';

const weightBytes = 3_000_000;
const checkpoint = [
	{
		path: 'model-bin/avsr_cocktail/pytorch_model.bin',
		file: new File([new Uint8Array(weightBytes)], 'w'),
	},
	// Of a folder that is not asked for: it stays where it is.
	{ path: 'model-bin/other/pytorch_model.bin', file: new File([new Uint8Array(9_000_000)], 'w') },
	{ path: 'model-bin/unigram5000_units.txt', file: new File(['a 1'], 'u') },
];

async function add(
	stored: boolean,
	freeBytes: number,
): Promise<{ code: string; shelf: ModelShelf }> {
	const shelf = new ModelShelf(() => Promise.resolve(memoryFolder().handle));
	const archive = await archiveOf('model-bin.zip', checkpoint, { stored });
	const adding = addOffer(shelf, 'avsr-cocktail', ['q8'], [archive], {
		check: () => Promise.reject(new Error('nothing is added to be checked')),
		estimate: () => Promise.resolve({ quota: freeBytes, usage: 0 }),
	});
	const error: unknown = await adding.catch((thrown: unknown) => thrown);
	return { code: String(Reflect.get(Object(error), 'code')), shelf };
}

const model = offerOf('avsr-cocktail').kinds.find(({ kind }) => kind === 'q8')?.bytes ?? 0;

// The weights themselves are zeros, and no model: what fits is found to be damaged.
test.each([
	[
		'a packed archive that fits with what is unpacked of it',
		false,
		model + weightBytes,
		'ModelUnavailable',
	],
	['a packed archive that fits without alone', false, model + weightBytes - 1, 'StorageFull'],
	['an archive that is read where it lies', true, model, 'ModelUnavailable'],
	['what does not fit in itself', true, model - 1, 'StorageFull'],
])('%s', async (_, stored, free, code) => {
	const found = await add(stored, free);
	expect(found.code).toBe(code);
	expect(await found.shelf.list()).toEqual([]);
});
