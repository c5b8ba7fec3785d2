import type { Problem } from '../support/errors.ts';

/** A problem as one line: file, field, message. */
export function problemLine(problem: Problem): string {
	return [problem.file, problem.field, problem.message].filter(Boolean).join(': ');
}

/** The first `limit` problems of a file, and a last one that counts those left out. */
export function capProblems(problems: readonly Problem[], limit = 50): readonly Problem[] {
	const first = problems[0];
	if (!first || problems.length <= limit) return problems;
	const left = problems.length - limit;
	return [
		...problems.slice(0, limit),
		{ file: first.file, message: `and ${left} more problem${left === 1 ? '' : 's'} like these` },
	];
}

/** What a value from a JSON file is, short enough for a message. */
export function describeValue(value: unknown): string {
	if (value === undefined) return 'nothing';
	const text = JSON.stringify(value);
	if (text.length <= 60) return text;
	if (Array.isArray(value)) return `a list of ${value.length}`;
	return typeof value === 'object' ? 'an object' : `${text.slice(0, 59)}…`;
}
