import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Layer } from '../../domain/layer.ts';
import { seriesLayer } from '../../layers/layer-kind.ts';
import { level } from '../../layers/level.ts';
import { clonedForm, jsonForm, toJson } from './record-form.ts';
import { resultSchema } from './result-schema.ts';

/** A run as it lies in databases since people are found, and before anything was measured beside. */
const before = {
	sessionId: '6b1f',
	sessionName: 'interview',
	durationSeconds: 12.5,
	settings: {
		speechActivity: 'calibrated',
		detector: 'light-asd',
		conversations: 'confab',
		recogniser: 'whisper-base',
		decoding: 'beam',
		language: 'detect',
		audioScale: 'int16',
		recompute: false,
		people: { least: 2, most: 4 },
	},
	speakers: [
		{
			speakerId: 'person_1',
			uem: null,
			activity: {
				speakerId: 'person_1',
				frameStart: 0,
				probabilities: Float32Array.of(0.05, 0.75, NaN),
			},
			segments: [
				{
					startSeconds: 0.04,
					endSeconds: 0.08,
					speakerId: 'person_1',
					trackId: 'recording',
					meanProbability: 0.75,
				},
			],
			transcript: { speakerId: 'person_1', cues: [] },
		},
	],
	people: {
		people: [{ id: 'person_1', kind: 'voice', confidence: 0.9, sample: null }],
		count: { least: 1, most: 1 },
		pieces: [
			{
				startSeconds: 0.04,
				endSeconds: 0.08,
				personId: 'person_1',
				embedding: Float32Array.of(0.6, 0.8),
			},
		],
		voiceModel: 'xvector',
		doubts: [{ code: 'count-open' }],
	},
	conversations: { clusters: new Map([['person_1', 0]]), evidence: [], confidence: 1 },
	scores: null,
	diarisation: null,
	report: { stages: { people: 4.5, recognition: 7 }, fromStore: [], models: [], seconds: 12 },
	problems: [],
};

const measured: Layer = seriesLayer(level, { personId: null, rateHz: 25, startSeconds: 0 }, [
	Float32Array.of(-30, -Infinity),
	Float32Array.of(-20, -Infinity),
]);

/** Floats as a project file has them, but for the file beside. */
const floats = v.pipe(
	v.array(v.union([v.number(), v.picklist(['NaN', '-Infinity'])])),
	v.transform((values) => Float32Array.from(values, Number)),
);
const written = (value: unknown): unknown => JSON.parse(toJson(value, (array) => [...array]));

const forms = [
	['database', resultSchema(clonedForm), (value: unknown) => structuredClone(value)],
	['project file', resultSchema(jsonForm(floats)), written],
] as const;

describe.each(forms)('in a %s', (_where, schema, lay) => {
	const read = (value: unknown) => v.safeParse(schema, lay(value));

	test('a result of before layers opens, with none, under the id that its edition has', () => {
		const { output } = read(before);
		const runId = 'whisper-base~beam~detect~calibrated~light-asd~int16~confab~shipped~people-2-4';
		expect(output).toEqual({ ...before, runId, layers: [] });
	});

	test('an id that is stored is taken as it is, whatever the settings say', () => {
		expect(read({ ...before, runId: 'of another time' }).output).toMatchObject({
			runId: 'of another time',
		});
	});

	test('one with layers comes back as it was', () => {
		const now = { ...before, runId: 'some run', layers: [measured] };
		expect(read(now).output).toEqual(now);
	});
});

describe('a layer that this version does not know', () => {
	const unknown: readonly (readonly [string, unknown])[] = [
		['of another kind', { ...measured, kind: 'aura' }],
		['of a later version', { ...measured, version: 2 }],
		['of another shape', { ...measured, shape: 'spans', spans: [] }],
		['that is never stored', { ...measured, kind: 'speech' }],
		['without a rate', { ...measured, rateHz: 0 }],
	];
	test.each(unknown)('%s is left out of what is stored here', (_what, layer) => {
		const { output } = v.safeParse(resultSchema(clonedForm), {
			...before,
			layers: [layer, measured],
		});
		expect(output).toMatchObject({ layers: [measured] });
	});

	test.each(unknown)('%s is refused in a file from elsewhere, with where it is', (_what, layer) => {
		const { issues } = v.safeParse(
			resultSchema(jsonForm(floats)),
			written({ ...before, layers: [layer] }),
		);
		const [issue] = issues ?? [];
		expect(issue && v.getDotPath(issue)).toBe('layers.0');
	});

	test('says of a file from elsewhere which one it is', () => {
		const { issues } = v.safeParse(
			resultSchema(jsonForm(floats)),
			written({ ...before, layers: [{ ...measured, kind: 'aura' }] }),
		);
		expect(issues?.[0].message).toBe('this version does not know aura');
	});
});
