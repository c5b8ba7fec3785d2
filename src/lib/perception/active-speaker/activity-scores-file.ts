import * as v from 'valibot';
import type { ActivityScores } from '../../domain/activity.ts';
import { parseValue } from '../../formats/json-file.ts';
import { ConfabError, messageOf, type Problem } from '../../support/errors.ts';

/** The longest stretch of frame numbers a file may span: ten hours at 25 Hz. */
const maxFrames = 900_000;

const frameNumber = v.pipe(v.string(), v.regex(/^\d{1,9}$/, 'expected the number of a frame'));

const fileSchema = v.pipe(
	v.unknown(),
	v.check((value) => !Array.isArray(value), 'expected an object'),
	v.record(frameNumber, v.pipe(v.number(), v.finite('expected a finite number'))),
);

/**
 * Reads the scores a session ships with (`track_XX_asd.json`: an object of numbers by frame number of
 * the central video). Frames the file leaves out are NaN.
 *
 * @param file Name for messages.
 * @throws ConfabError `InvalidSession` that lists the problems, the first of them where there are many.
 */
export function parseActivityScores(json: string, file: string): ActivityScores {
	const parsed = parseValue(fileSchema, parseJson(json, file), file);
	if (!parsed.ok) throw invalid(file, parsed.problems);
	const entries = Object.entries(parsed.value).map(
		([frame, score]) => [Number(frame), score] as const,
	);
	if (entries.length === 0) return { frameStart: 0, scores: new Float32Array(0) };
	let [first, last] = [Infinity, -Infinity];
	for (const [frame] of entries) {
		first = Math.min(first, frame);
		last = Math.max(last, frame);
	}
	if (last - first >= maxFrames) {
		const message = `holds frames ${first} to ${last}; expected at most ${maxFrames} from first to last`;
		throw invalid(file, [{ file, message }]);
	}
	const scores = new Float32Array(last - first + 1).fill(NaN);
	for (const [frame, score] of entries) scores[frame - first] = score;
	return { frameStart: first, scores };
}

function parseJson(json: string, file: string): unknown {
	try {
		return JSON.parse(json);
	} catch (cause) {
		throw invalid(file, [{ file, message: `is not JSON: ${messageOf(cause)}` }], cause);
	}
}

function invalid(file: string, problems: readonly Problem[], cause?: unknown): ConfabError {
	return new ConfabError('InvalidSession', `${file} does not hold active speaker scores`, {
		problems,
		cause,
	});
}
