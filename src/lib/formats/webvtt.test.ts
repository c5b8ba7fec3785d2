import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import {
	ceilMilliseconds,
	cueText,
	floorMilliseconds,
	formatTimestamp,
	parseVtt,
	scoredText,
	serialiseVtt,
} from './webvtt.ts';

/** A cue of the suite; what says how it is painted is left aside, as the parser leaves it. */
const expectedSchema = v.object({
	cues: v.array(
		v.object({ id: v.string(), startTime: v.number(), endTime: v.number(), text: v.string() }),
	),
});

describe.skipIf(!hasShared)('the suite of vtt.js', () => {
	const root = sharedPath('vectors/webvtt');
	const names = hasShared
		? readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
				name.endsWith('.vtt'),
			)
		: [];

	test('is there', () => {
		expect(names.length).toBeGreaterThan(60);
	});

	test.each(names)('%s', (name) => {
		const json: unknown = JSON.parse(
			readFileSync(join(root, name.replace(/vtt$/, 'json')), 'utf8'),
		);
		const expected = v.parse(expectedSchema, json);
		const parsed = parseVtt(readFileSync(join(root, name), 'utf8'), name);
		expect(
			parsed.cues.map(({ id, startSeconds, endSeconds, rawText }) => {
				return { id, startTime: startSeconds, endTime: endSeconds, text: rawText };
			}),
		).toEqual(expected.cues);
	});
});

describe('parseVtt', () => {
	test('a time beyond any recording is none', () => {
		for (const hours of ['9'.repeat(400), '999999']) {
			const { cues, problems } = parseVtt(
				`WEBVTT\n\n${hours}:00:00.000 --> ${hours}:00:01.000\nx\n`,
				'a.vtt',
			);
			expect(cues).toEqual([]);
			expect(problems.map(({ message }) => message)).toEqual([
				expect.stringMatching(/^line 3: expected times as 00:00:00.000/),
			]);
		}
	});

	test('leaves out a cue with broken times, says where, and keeps the others', () => {
		const text = [
			'WEBVTT',
			'',
			'00:00:01.000 --> 00:00:02.000',
			'first',
			'',
			'00:00:03,000 --> 00:00:04,000',
			'commas',
			'',
			'00:00:06.000 --> 00:00:05.000',
			'backwards',
			'',
			'00:00:07.000 --> later',
			'words',
			'',
			'00:00:08.000 --> 00:00:09.000',
			'last',
		].join('\n');
		const { cues, problems } = parseVtt(text, 'labels/spk_0.vtt');
		expect(cues.map(({ rawText }) => rawText)).toEqual(['first', 'last']);
		expect(problems).toEqual([
			expect.objectContaining({
				file: 'labels/spk_0.vtt',
				message: expect.stringMatching(/^line 6: /),
			}),
			expect.objectContaining({ message: expect.stringMatching(/^line 9: the cue ends before/) }),
			expect.objectContaining({ message: expect.stringMatching(/^line 12: /) }),
		]);
	});

	test.each(['', 'hello', 'WEBVTTX\n', 'webvtt\n', '1\n00:00:01.000 --> 00:00:02.000\nsrt'])(
		'refuses %j',
		(text) => {
			const { cues, problems } = parseVtt(text, 'a.vtt');
			expect(cues).toEqual([]);
			expect(problems).toHaveLength(1);
			expect(problems[0]?.message).toMatch(/^line 1: expected "WEBVTT"/);
		},
	);

	test.each(['\n', '\r\n', '\r'])('takes line ends %j', (end) => {
		const text = ['\uFEFFWEBVTT', '', '00:01.000 --> 00:02.000', 'a', 'b', ''].join(end);
		expect(parseVtt(text, 'a.vtt')).toEqual({
			cues: [{ id: '', startSeconds: 1, endSeconds: 2, rawText: 'a\nb' }],
			problems: [],
		});
	});
});

describe('serialiseVtt', () => {
	test('writes what the MCoRec baseline writes', () => {
		const cues = [
			{ startSeconds: 2.32, endSeconds: 3.96, text: 'lay blue at x four now' },
			{ startSeconds: 5, endSeconds: 6, text: ' <unk> ' },
			{ startSeconds: 3723.0059, endSeconds: 3724, text: ' again <unk>please ' },
		];
		expect(serialiseVtt(cues)).toBe(
			'WEBVTT\n\n' +
				'00:00:02.320 --> 00:00:03.960\nlay blue at x four now\n\n' +
				'01:02:03.005 --> 01:02:04.000\nagain please\n\n',
		);
		expect(serialiseVtt([])).toBe('WEBVTT\n\n');
	});

	test('loses no millisecond to rounding errors', () => {
		// 8.04 * 1000 is 8039.999999999999, which truncates to a millisecond too few.
		expect(Math.trunc(8.04 * 1000)).toBe(8039);
		expect(formatTimestamp(8.04)).toBe('00:00:08.040');
		expect(formatTimestamp(8.0409)).toBe('00:00:08.040');
		fc.assert(
			fc.property(fc.nat(9000 * 10), fc.nat(40 * 9000), (frame, startMs) => {
				const seconds = startMs / 1000 + frame / 25;
				expect(floorMilliseconds(seconds)).toBe(startMs + frame * 40);
				expect(ceilMilliseconds(seconds)).toBe(startMs + frame * 40);
			}),
		);
	});

	test('refuses times that are none', () => {
		expect(() => formatTimestamp(-0.1)).toThrow(TypeError);
		expect(() => formatTimestamp(Number.NaN)).toThrow(TypeError);
	});

	const cueArbitrary = fc
		.tuple(fc.nat(10_000_000), fc.nat(20_000), fc.string({ unit: 'grapheme', maxLength: 60 }))
		.map(([start, length, text]) => {
			return { startSeconds: start / 1000, endSeconds: (start + length) / 1000, text };
		});

	test('is read back whole, whatever the text', () => {
		fc.assert(
			fc.property(fc.array(cueArbitrary), (cues) => {
				const kept = cues.filter(({ text }) => cueText(text) !== '');
				const { cues: read, problems } = parseVtt(serialiseVtt(cues), 'a.vtt');
				expect(problems).toEqual([]);
				expect(read.map(({ rawText }) => rawText)).toEqual(kept.map(({ text }) => cueText(text)));
				for (const [index, cue] of kept.entries()) {
					expect(read[index]?.startSeconds).toBeCloseTo(cue.startSeconds, 9);
					expect(read[index]?.endSeconds).toBeCloseTo(cue.endSeconds, 9);
				}
				expect(serialiseVtt(read.map((cue) => ({ ...cue, text: decode(cue.rawText) })))).toBe(
					serialiseVtt(cues),
				);
			}),
		);
	});

	test('text cannot break out of its cue', () => {
		const text = 'a\n\n00:00:00.000 --> 00:00:01.000\n<b>&lt;script&gt;';
		const written = serialiseVtt([{ startSeconds: 1, endSeconds: 2, text }]);
		const { cues } = parseVtt(written, 'a.vtt');
		expect(cues).toHaveLength(1);
		expect(scoredText(cues[0]?.rawText ?? '')).toBe(
			'a 00:00:00.000 --&gt; 00:00:01.000 &lt;b>&amp;lt;script&amp;gt;',
		);
	});
});

test('scoredText takes out tags within a line and nothing else', () => {
	expect(scoredText('<v Kyle> Okay, <i>we&amp;re</i>\ngood <now.\nb > c')).toBe(
		' Okay, we&amp;re\ngood <now.\nb > c',
	);
});

function decode(text: string): string {
	return text.replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
