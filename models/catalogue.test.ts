import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { createNodeInference, nodeModels } from '../tests/node-inference.ts';
import { catalogueModels, npmModels } from '../tests/npm-models.ts';

const fileSchema = v.object({
	id: v.string(),
	committed: v.optional(v.string()),
	url: v.optional(v.string()),
	npm: v.optional(v.string()),
	path: v.optional(v.string()),
	range: v.optional(v.object({ start: v.number(), end: v.number() })),
	bytes: v.number(),
	sha256: v.string(),
	licence: v.string(),
	source: v.object({ commit: v.optional(v.string()) }),
});

const checksum = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const recogniserSchema = v.object({
	id: v.string(),
	default: v.boolean(),
	npm: v.string(),
	folder: v.string(),
	files: v.array(v.object({ name: v.string(), bytes: v.number(), sha256: checksum })),
});

/** Name and exact version. */
const pinned = /^(@[a-z0-9.-]+\/)?[a-z0-9._-]+@\d+\.\d+\.\d+$/;

const { files, recognisers } = v.parse(
	v.object({ files: v.array(fileSchema), recognisers: v.array(recogniserSchema) }),
	JSON.parse(await readFile('models/catalogue.json', 'utf8')),
);

describe('with the npm registry alone', () => {
	const here = catalogueModels.filter(({ id }) => npmModels.has(id));

	test.each(catalogueModels)('$feature is not missing for want of $id', ({ id, feature }) => {
		const doers = here.filter(
			(model) =>
				model.id === id || model.standsInFor === id || model.alsoFor?.includes(feature) === true,
		);
		expect(doers).not.toEqual([]);
	});

	test('what stands in for another one has its feature', () => {
		for (const { feature, standsInFor } of catalogueModels) {
			if (standsInFor === undefined) continue;
			const preferred = catalogueModels.find(({ id }) => id === standsInFor);
			expect(preferred?.feature).toBe(feature);
		}
	});
});

describe('the catalogue', () => {
	test.each(files.filter((file) => file.committed !== undefined))(
		'describes $committed as it is here',
		async ({ committed = '', bytes, sha256 }) => {
			const content = await readFile(committed);
			const remedy = 'run: npx tsx models/pin.ts';
			expect(content.byteLength, remedy).toBe(bytes);
			expect(createHash('sha256').update(content).digest('hex'), remedy).toBe(sha256);
		},
	);

	test.each(files.filter(({ npm }) => npm !== undefined))(
		'has $id in a pinned package',
		({ npm = '', path, range, bytes, url }) => {
			expect(npm).toMatch(pinned);
			expect(path).toMatch(/^package\//);
			expect(url).toBeUndefined();
			if (range) expect(range.end - range.start).toBe(bytes);
		},
	);

	test.each(recognisers)('has $id in a pinned package', ({ npm, folder, files: ofPackage }) => {
		expect(npm).toMatch(pinned);
		expect(folder).toMatch(/^package\//);
		expect(new Set(ofPackage.map(({ name }) => name)).size).toBe(ofPackage.length);
	});

	test('has one recogniser that comes by default', () => {
		expect(recognisers.filter((one) => one.default).map(({ id }) => id)).toEqual(['whisper-base']);
	});

	test.each(files.filter((file) => file.committed === undefined && file.npm === undefined))(
		'has $id at a pinned commit',
		({ url = '', source }) => {
			expect(source.commit).toMatch(/^[0-9a-f]{40}$/);
			expect(url).toContain(source.commit);
		},
	);
});

const models = await nodeModels().entries();

describe('models that are set up', () => {
	test.each(models.filter(({ status }) => status === 'ready'))(
		'$id gives its reference output on the CPU',
		{ timeout: 120_000 },
		async ({ id }) => {
			const inference = createNodeInference();
			const model = await inference.load(id);
			expect(model.provider).toBe('wasm');
			await inference.close();
		},
	);
});
