import type { TimeRange } from '../../domain/time-range.ts';
import type { Problem } from '../../support/errors.ts';
import { latestSeconds } from '../limits.ts';
import { capProblems } from '../problems.ts';

/** A decimal number, also as programs print small ones (`5e-05`). Each digit can be matched in one way only. */
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A line of one of the NIST formats. */
export interface FieldLine {
	readonly number: number;
	readonly fields: readonly string[];
	/** All of the line from the field of this index on, as it stands. */
	rest(index: number): string;
}

/** Lines that are neither blank nor comments (`;;`). */
export function fieldLines(text: string): readonly FieldLine[] {
	return text
		.replace(/^\uFEFF/, '')
		.split(/\r\n|\r|\n/)
		.flatMap((line, index) => {
			const content = line.trim();
			if (content === '' || content.startsWith(';;')) return [];
			const fields = content.split(/[ \t]+/);
			const rest = (from: number): string => {
				const pattern = new RegExp(`^(?:[^ \\t]+[ \\t]+){${from}}`);
				return content.replace(pattern, '');
			};
			return [{ number: index + 1, fields, rest }];
		});
}

/** Gathers what is wrong with a file, by lines, and what is read in another way than it stands there. */
export class LineProblems {
	readonly #file: string;
	readonly #problems: Problem[] = [];
	readonly #repairs = new Map<string, { readonly line: number; count: number }>();

	constructor(file: string) {
		this.#file = file;
	}

	add(line: number, message: string): void {
		this.#problems.push({ file: this.#file, message: `line ${line}: ${message}` });
	}

	addToFile(message: string): void {
		this.#problems.push({ file: this.#file, message });
	}

	/** A repair of a line; of the same kind only the first is reported, with how many there are. */
	repaired(line: number, message: string): void {
		const known = this.#repairs.get(message);
		if (known) known.count++;
		else this.#repairs.set(message, { line, count: 1 });
	}

	/** What was read all the same, and how. */
	get repairs(): readonly Problem[] {
		return [...this.#repairs].map(([message, { line, count }]) => {
			const more = count === 1 ? '' : ` (and ${count - 1} more like it)`;
			return { file: this.#file, message: `line ${line}: ${message}${more}` };
		});
	}

	get all(): readonly Problem[] {
		return capProblems(this.#problems);
	}

	/** Seconds of a field, which may be negative; or null with a problem noted. */
	seconds(line: FieldLine, index: number, what: string): number | null {
		const field = line.fields[index] ?? '';
		const seconds = number.test(field) ? Number(field) : NaN;
		if (Math.abs(seconds) <= latestSeconds) return seconds;
		this.add(
			line.number,
			`expected ${what} in seconds, found ${JSON.stringify(field.slice(0, 40))}`,
		);
		return null;
	}
}

/**
 * The times of a line that has a start and a length: what lies before the recording is cut off, and a
 * length below zero is none. Null where a field is no number.
 */
export function startAndLength(
	line: FieldLine,
	index: number,
	problems: LineProblems,
): TimeRange | null {
	const start = problems.seconds(line, index, 'a start');
	const length = problems.seconds(line, index + 1, 'a length');
	if (start === null || length === null) return null;
	if (start < 0) problems.repaired(line.number, 'begins before the recording: cut at 0 s');
	const startSeconds = Math.max(0, start);
	return { startSeconds, endSeconds: Math.max(startSeconds, start + length) };
}

/**
 * Lines of the one recording that is meant: a file may hold several. All lines where it holds one; else
 * those of the session's name.
 *
 * @param sessionField the session's name as it stands in a field.
 */
export function linesOfSession<T extends { readonly recording: string }>(
	lines: readonly T[],
	sessionField: string,
	problems: LineProblems,
): readonly T[] {
	const recordings = new Set(lines.map(({ recording }) => recording));
	if (recordings.size <= 1) return lines;
	const own = lines.filter(({ recording }) => recording === sessionField);
	if (own.length === 0) {
		const names = [...recordings].slice(0, 4).join(', ');
		problems.addToFile(
			`holds ${recordings.size} recordings (${names}${recordings.size > 4 ? ', …' : ''}), none of which is ${sessionField}`,
		);
	}
	return own;
}
