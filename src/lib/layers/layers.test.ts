import { describe, expect, test } from 'vitest';
import { madeDocument } from '../../../tests/fixtures/made-document.ts';
import { layerInside, type Layer } from '../domain/layer.ts';
import { migrated, seriesLayer, type SpanKind } from './layer-kind.ts';
import { level } from './level.ts';
import { kindOf, layerKinds, layersOf } from './list.ts';

const place = { personId: null, rateHz: 10, startSeconds: 2 };

function levelOf(values: readonly number[]): Layer {
	return seriesLayer(level, place, [Float32Array.from(values), Float32Array.from(values)]);
}

/** Overlaps by person. */
function overlaps(...speakers: Parameters<typeof madeDocument>[0]): unknown {
	const { layers } = madeDocument(speakers);
	return Object.fromEntries(
		layers.flatMap((layer) =>
			layer.shape === 'spans'
				? [[layer.personId, layer.spans.map((one) => [one.startSeconds, one.endSeconds, one.text])]]
				: [],
		),
	);
}

test('every kind has an id of its own by which it is found', () => {
	expect(new Set(layerKinds.map(({ id }) => id)).size).toBe(layerKinds.length);
	for (const kind of layerKinds) expect(kindOf({ kind: kind.id })).toBe(kind);
	expect(kindOf({ kind: 'aura' })).toBeNull();
});

describe('a document', () => {
	const document = madeDocument([{ cues: [[1, 2, 'so']] }, {}]);

	test('has what was stored and what follows from it, without people who are gone', () => {
		const own = levelOf([-20]);
		const gone = { ...own, personId: 'spk_7' };
		expect(layersOf([gone, own], document).map(({ kind, personId }) => [kind, personId])).toEqual([
			['speech', 'spk_0'],
			['speech', 'spk_1'],
			['overlap', 'spk_0'],
			['overlap', 'spk_1'],
			['level', null],
		]);
	});

	test('has the very curves of its speakers, at 25 Hz from their first frame', () => {
		const [first] = document.layers;
		if (first?.shape !== 'series') throw new Error('no curve');
		expect(first).toMatchObject({ rateHz: 25, startSeconds: 0 });
		expect(first.channels[0]?.values).toBe(document.speakers[0]?.activity.probabilities);
	});
});

describe('overlap', () => {
	test('is of who begins while another talks, and says whether the floor goes over', () => {
		expect(
			overlaps(
				{
					cues: [
						[1, 5, 'a'],
						[10, 20, 'a'],
					],
				},
				{
					cues: [
						[4, 8, 'b'],
						[12, 13, 'b'],
					],
				},
			),
		).toEqual({
			spk_0: [],
			spk_1: [
				[4, 5, 'between speakers'],
				[12, 13, 'within a speaker'],
			],
		});
	});

	test('of several who talk already lasts until the last of them stops', () => {
		expect(
			overlaps({ cues: [[1, 5, 'a']] }, { cues: [[2, 7, 'b']] }, { cues: [[3, 9, 'c']] }),
		).toEqual({
			spk_0: [],
			spk_1: [[2, 5, 'between speakers']],
			spk_2: [[3, 7, 'between speakers']],
		});
	});

	test('is nowhere between conversations, nor where one stops as the other begins', () => {
		const cues = [[1, 5, 'a']] as const;
		expect(overlaps({ cues }, { cues, conversation: 1 })).toEqual({ spk_0: [], spk_1: [] });
		expect(overlaps({ cues }, { cues: [[5, 6, 'b']] })).toEqual({ spk_0: [], spk_1: [] });
	});

	test('of two who begin at once is of the later in order', () => {
		const cues = [[1, 5, 'a']] as const;
		expect(overlaps({ cues }, { cues })).toEqual({
			spk_0: [],
			spk_1: [[1, 5, 'within a speaker']],
		});
	});

	test('begins with a turn, not with a piece of one', () => {
		const pieces = [
			[1, 3, 'a'],
			[3.04, 9, 'a'],
		] as const;
		expect(overlaps({ cues: pieces }, { cues: [[2, 4, 'b']] })).toEqual({
			spk_0: [],
			spk_1: [[2, 4, 'within a speaker']],
		});
	});
});

describe('a stored layer', () => {
	const kind: SpanKind = {
		...{ id: 'gaze', shape: 'spans', title: 'Gaze', row: 'Gaze', legend: '', tier: 'gaze' },
		steps: [
			(layer) => ({ ...layer, personId: 'one' }),
			(layer) => ({ ...layer, personId: `${layer.personId ?? 'none'} two` }),
		],
	};
	const old: Layer = { kind: 'gaze', version: 1, personId: null, shape: 'spans', spans: [] };

	test('takes every step from its version to the present one, and no other', () => {
		expect(migrated(old, kind)).toMatchObject({ version: 3, personId: 'one two' });
		expect(migrated({ ...old, version: 2 }, kind)).toMatchObject({ personId: 'none two' });
		expect(migrated({ ...old, version: 3 }, kind)).toEqual({ ...old, version: 3 });
	});

	test('of a series has as many channels as its kind', () => {
		expect(() => seriesLayer(level, place, [new Float32Array(1)])).toThrow(TypeError);
	});
});

describe('the part of a layer in a stretch', () => {
	test('has the values that reach into it, from where the first of them is', () => {
		const part = layerInside(levelOf([1, 2, 3, 4, 5, 6]), { startSeconds: 2.15, endSeconds: 2.4 });
		if (part.shape !== 'series') throw new Error('no series');
		expect(part.startSeconds).toBeCloseTo(2.1);
		expect([...(part.channels[0]?.values ?? [])]).toEqual([2, 3, 4]);
		const none = layerInside(levelOf([1]), { startSeconds: 5, endSeconds: 6 });
		expect(none.shape === 'series' && none.channels[0]?.values).toHaveLength(0);
	});

	test('has spans cut to it', () => {
		const spans = [
			{ startSeconds: 1, endSeconds: 3, text: 'a' },
			{ startSeconds: 5, endSeconds: 6, text: 'b' },
		];
		const layer: Layer = { kind: 'overlap', version: 1, personId: null, shape: 'spans', spans };
		expect(layerInside(layer, { startSeconds: 2, endSeconds: 4 })).toMatchObject({
			spans: [{ startSeconds: 2, endSeconds: 3, text: 'a' }],
		});
	});
});
