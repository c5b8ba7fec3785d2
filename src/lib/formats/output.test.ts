import { BlobReader, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { SessionResult } from '../domain/result.ts';
import { runIdOf } from '../domain/run-id.ts';
import { defaultSettings } from '../domain/settings.ts';
import type { RecognisedCue, Word } from '../domain/transcript.ts';
import { exportedCues } from './exported-cues.ts';
import { buildOutput } from './output.ts';
import { reportSchema } from './report-schema.ts';
import type { TextFile } from './text-file.ts';
import { parseVtt, serialiseVtt } from './webvtt.ts';
import { zipFiles } from './zip-files.ts';

/** A cue whose words share its time evenly. */
function cue(startSeconds: number, endSeconds: number, text: string): RecognisedCue {
	const texts = text.split(' ');
	const each = (endSeconds - startSeconds) / texts.length;
	const words = texts.map((word, index): Word => {
		const start = startSeconds + index * each;
		return { text: word, startSeconds: start, endSeconds: start + each, confidence: 0.9 };
	});
	return { startSeconds, endSeconds, text, words, confidence: 0.9 };
}

const uem = { startSeconds: 2, endSeconds: 59 };

const result: SessionResult = {
	sessionId: 'abc',
	runId: runIdOf(defaultSettings),
	sessionName: 'session_01',
	durationSeconds: 60,
	settings: defaultSettings,
	speakers: [
		{
			speakerId: 'spk_0',
			uem,
			activity: { speakerId: 'spk_0', frameStart: 0, probabilities: new Float32Array(1500) },
			segments: [
				{
					speakerId: 'spk_0',
					trackId: 'track_00',
					startSeconds: 2.04 + 1.64,
					endSeconds: 6.4,
					meanProbability: 0.912_345,
				},
			],
			transcript: { speakerId: 'spk_0', cues: [cue(4.76, 6.4, 'bin red by k seven now')] },
		},
		{
			speakerId: 'spk_1',
			uem: null,
			activity: { speakerId: 'spk_1', frameStart: 0, probabilities: new Float32Array(1500) },
			segments: [],
			transcript: { speakerId: 'spk_1', cues: [] },
		},
	],
	people: null,
	conversations: {
		clusters: new Map([
			['spk_0', 0],
			['spk_1', 0],
		]),
		evidence: [
			{
				a: 'spk_0',
				b: 'spk_1',
				logLikelihoodRatio: 3.25,
				overlapFraction: 0.1,
				turnsPerMinute: 12,
				correlation: -0.4,
			},
		],
		confidence: 0.99,
	},
	scores: {
		wer: 0.25,
		f1: 1,
		joint: 0.125,
		perSpeaker: new Map([
			['spk_0', { wer: 0.25, f1: 1, joint: 0.125 }],
			['spk_1', { wer: null, f1: 1, joint: null }],
		]),
		problems: [{ file: 'labels/spk_1.vtt', message: 'is missing' }],
	},
	diarisation: null,
	layers: [],
	report: {
		stages: { decode: 1.23456, activity: 20 },
		fromStore: [],
		models: [
			{ id: 'light-asd', provider: 'wasm', precision: 'fp32' },
			{ id: 'embedded', provider: 'webgpu', precision: 'fp16', note: 'WASM failed' },
		],
		seconds: 25,
	},
	problems: [{ file: 'metadata.json', field: 'spk_1', message: 'no track' }],
};

function textOf(files: readonly TextFile[], name: string): string {
	const file = files.find((one) => one.name === name);
	expect(file).toBeDefined();
	return file?.text ?? '';
}

describe('buildOutput', () => {
	const files = buildOutput(result);

	test('has a transcript for every speaker, the conversations, and the report', () => {
		expect(files.map(({ name }) => name)).toEqual([
			'spk_0.vtt',
			'spk_1.vtt',
			'speaker_to_cluster.json',
			'report.json',
		]);
		expect(textOf(files, 'spk_0.vtt')).toBe(
			'WEBVTT\n\n00:00:04.760 --> 00:00:06.400\nbin red by k seven now\n\n',
		);
		expect(textOf(files, 'spk_1.vtt')).toBe('WEBVTT\n\n');
		expect(JSON.parse(textOf(files, 'speaker_to_cluster.json'))).toEqual({ spk_0: 0, spk_1: 0 });
	});

	test('reports what ran, how long, on what, and how well', () => {
		const report: unknown = JSON.parse(textOf(files, 'report.json'));
		expect(v.parse(v.strictObject(reportSchema.entries), report)).toEqual(report);
		expect(report).toEqual({
			sessionName: 'session_01',
			edited: false,
			settings: { ...defaultSettings },
			stages: { decode: 1.235, activity: 20 },
			models: {
				'light-asd': { provider: 'wasm', precision: 'fp32' },
				embedded: { provider: 'webgpu', precision: 'fp16', note: 'WASM failed' },
			},
			memory: null,
			speakers: { spk_0: { segments: [[3.68, 6.4, 0.9123]] }, spk_1: { segments: [] } },
			conversations: {
				clusters: { spk_0: 0, spk_1: 0 },
				confidence: 0.99,
				pairs: [
					{
						speakers: ['spk_0', 'spk_1'],
						logLikelihoodRatio: 3.25,
						overlapFraction: 0.1,
						turnsPerMinute: 12,
						correlation: -0.4,
					},
				],
			},
			scores: {
				wer: 0.25,
				f1: 1,
				joint: 0.125,
				perSpeaker: {
					spk_0: { wer: 0.25, f1: 1, joint: 0.125 },
					spk_1: { wer: null, f1: 1, joint: null },
				},
				problems: [{ file: 'labels/spk_1.vtt', message: 'is missing' }],
			},
			problems: [{ file: 'metadata.json', field: 'spk_1', message: 'no track' }],
		});
	});

	test('has no scores without labels', () => {
		const unscored = buildOutput({ ...result, scores: null });
		expect(JSON.parse(textOf(unscored, 'report.json'))).toMatchObject({ scores: null });
	});
});

describe('exportedCues', () => {
	test('splits a cue at the bounds of the UEM, by the middle of its words', () => {
		const cues = [
			cue(0, 1, 'before'),
			cue(1, 3, 'one two three four'),
			cue(30, 31, 'within'),
			cue(58, 60, 'five six seven eight'),
			cue(60, 61, 'after'),
		];
		expect(exportedCues(cues, uem)).toEqual([
			{ startSeconds: 0, endSeconds: 1, text: 'before' },
			{ startSeconds: 1, endSeconds: 2, text: 'one two' },
			{ startSeconds: 2, endSeconds: 3, text: 'three four' },
			{ startSeconds: 30, endSeconds: 31, text: 'within' },
			{ startSeconds: 58, endSeconds: 59, text: 'five six' },
			{ startSeconds: 59, endSeconds: 60, text: 'seven eight' },
			{ startSeconds: 60, endSeconds: 61, text: 'after' },
		]);
	});

	test('clamps a cue whose words are all inside, and one without word times', () => {
		const silentStart = { ...cue(1.5, 4, 'x'), words: cue(2.5, 4, 'hello there').words };
		const untimed = { ...cue(57, 60, 'no word times'), words: [] };
		expect(exportedCues([{ ...silentStart, text: 'hello there' }, untimed], uem)).toEqual([
			{ startSeconds: 2, endSeconds: 4, text: 'hello there' },
			{ startSeconds: 57, endSeconds: 59, text: 'no word times' },
		]);
	});

	test('leaves everything as it is without a UEM', () => {
		const cues = [cue(0, 1, 'a'), cue(1, 2, 'b')];
		expect(exportedCues(cues, null).map(({ text }) => text)).toEqual(['a', 'b']);
	});

	test('no word inside the UEM is lost to the scorer, whatever the bounds', () => {
		const times = fc.tuple(
			fc.double({ min: 0, max: 400, noNaN: true }),
			fc.double({ min: 0.5, max: 20, noNaN: true }),
		);
		const bounds = fc.tuple(
			fc.double({ min: 0, max: 200, noNaN: true }),
			fc.double({ min: 1, max: 200, noNaN: true }),
		);
		fc.assert(
			fc.property(fc.array(times, { maxLength: 20 }), bounds, (spans, [from, length]) => {
				const range = { startSeconds: from, endSeconds: from + length };
				const cues = spans.map(([start, span]) => cue(start, start + span, 'a b c d e'));
				const written = serialiseVtt(exportedCues(cues, range));
				const read = parseVtt(written, 'spk_0.vtt').cues;
				// The scorer keeps a cue that lies inside with both ends.
				const scored = read
					.filter(
						({ startSeconds, endSeconds }) =>
							startSeconds >= range.startSeconds && endSeconds <= range.endSeconds,
					)
					.flatMap(({ rawText }) => rawText.split(' '));
				const words = cues.flatMap((one) => one.words);
				const inside = words.filter((word) => {
					const middle = (word.startSeconds + word.endSeconds) / 2;
					return middle >= range.startSeconds && middle <= range.endSeconds;
				});
				expect(scored).toHaveLength(inside.length);
				expect(read.flatMap(({ rawText }) => rawText.split(' '))).toHaveLength(words.length);
			}),
		);
	});
});

describe('zipFiles', () => {
	const files = buildOutput(result);

	test('holds the files in a folder', async () => {
		const reader = new ZipReader(new BlobReader(await zipFiles(files, 'session_01')), {
			useWebWorkers: false,
		});
		const entries = await reader.getEntries();
		expect(entries.map(({ filename }) => filename)).toEqual(
			files.map(({ name }) => `session_01/${name}`),
		);
		for (const [index, entry] of entries.entries()) {
			if (entry.directory) continue;
			const text = new TextDecoder().decode(await entry.arrayBuffer({ checkCrc32: true }));
			expect(text).toBe(files[index]?.text);
		}
	});

	test('gives the same bytes for the same files', async () => {
		const [first, second] = await Promise.all([
			zipFiles(files, 'output'),
			zipFiles(files, 'output'),
		]);
		expect(await second.bytes()).toEqual(await first.bytes());
		const other = await zipFiles(files.slice(1), 'output');
		expect(await other.bytes()).not.toEqual(await first.bytes());
	});
});
