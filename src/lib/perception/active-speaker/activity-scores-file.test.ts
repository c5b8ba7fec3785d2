import { describe, expect, test } from 'vitest';
import { ConfabError } from '../../support/errors.ts';
import { parseActivityScores } from './activity-scores-file.ts';

function problemsOf(json: string): readonly { field?: string; message: string }[] {
	try {
		parseActivityScores(json, 'track_00_asd.json');
	} catch (error) {
		if (error instanceof ConfabError && error.code === 'InvalidSession') return error.problems;
	}
	throw new Error('Was accepted');
}

describe('parseActivityScores', () => {
	test('scores by frame number, holes as NaN', () => {
		const { frameStart, scores } = parseActivityScores(
			'{"12": -0.5, "10": 1.2, "13": 3}',
			'track_00_asd.json',
		);
		expect(frameStart).toBe(10);
		expect(Array.from(scores)).toEqual([Math.fround(1.2), NaN, -0.5, 3]);
	});

	test('an empty object has no scores', () => {
		expect(parseActivityScores('{}', 'a.json').scores.length).toBe(0);
	});

	test.each(['', '[1, 2]', '7', 'null', '{"1": '])('%j is refused', (json) => {
		expect(problemsOf(json).length).toBeGreaterThan(0);
	});

	test('all problems are named, each with its field', () => {
		const problems = problemsOf('{"1": "loud", "2": 0.5, "x": 1, "3": null}');
		expect(problems.map(({ field }) => field).sort()).toEqual(['1', '3', 'x']);
	});

	test('are told in the words of all other files', () => {
		expect(problemsOf('{"1": "loud", "x": 1}')).toEqual([
			{ file: 'track_00_asd.json', field: '1', message: 'expected a number, found "loud"' },
			{
				file: 'track_00_asd.json',
				field: 'x',
				message: 'expected the number of a frame, found "x"',
			},
		]);
		expect(problemsOf('[1, 2]')[0]?.message).toBe('expected an object, found [1,2]');
		expect(problemsOf('{')[0]?.message).toMatch(/^is not JSON: /);
	});

	test('a file that is wrong throughout is told of in a few, and how many more there are', () => {
		const frames = Array.from({ length: 9000 }, (_, frame) => [frame, 'loud']);
		const problems = problemsOf(JSON.stringify(Object.fromEntries(frames)));
		expect(problems).toHaveLength(51);
		expect(problems.at(-1)?.message).toBe('and 8950 more problems like these');
	});

	test('frame numbers far apart do not take all memory', () => {
		expect(problemsOf('{"0": 1, "900000000": 1}')[0]?.message).toContain('900000000');
	});
});
