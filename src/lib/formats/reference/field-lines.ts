import type { Problem } from '../../support/errors.ts';
import { capProblems } from '../problems.ts';

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

/** Gathers what is wrong with a file, by lines. */
export class LineProblems {
	readonly #file: string;
	readonly #problems: Problem[] = [];

	constructor(file: string) {
		this.#file = file;
	}

	add(line: number, message: string): void {
		this.#problems.push({ file: this.#file, message: `line ${line}: ${message}` });
	}

	addToFile(message: string): void {
		this.#problems.push({ file: this.#file, message });
	}

	get all(): readonly Problem[] {
		return capProblems(this.#problems);
	}

	/** Seconds of a field, or null with a problem noted. */
	seconds(line: FieldLine, index: number, what: string): number | null {
		const field = line.fields[index] ?? '';
		const seconds = /^\d*\.?\d+$|^\d+\.$/.test(field) ? Number(field) : NaN;
		if (Number.isFinite(seconds)) return seconds;
		this.add(
			line.number,
			`expected ${what} in seconds, found ${JSON.stringify(field.slice(0, 40))}`,
		);
		return null;
	}
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
