import * as v from 'valibot';
import type { SourceFile } from '../domain/session.ts';
import { ConfabError, messageOf } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import { capProblems, describeValue } from './problems.ts';

/** Largest JSON or WebVTT file that is read: a box for every frame of hours is well below it. */
const maxTextBytes = 64 * 1024 * 1024;

export type Parsed<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly problems: readonly Problem[] };

const expectedNames: Readonly<Record<string, string>> = {
	number: 'a number',
	string: 'text',
	boolean: 'true or false',
	Object: 'an object',
	Array: 'a list',
};

/** One schema finding in words: what was expected, what was found. */
function problemOf(issue: v.BaseIssue<unknown>, file: string, parentField: string): Problem {
	const field = [parentField, v.getDotPath(issue)].filter(Boolean).join('.');
	const message = ((): string => {
		// A missing key is reported as the key itself being expected.
		if (issue.kind === 'schema' && issue.received === 'undefined') return 'is missing';
		const found = `found ${describeValue(issue.input)}`;
		if (issue.type === 'strict_object' && issue.expected === 'never') return 'is not known';
		if (issue.kind !== 'schema' || issue.type === 'custom') return `${issue.message}, ${found}`;
		const expected = issue.expected ?? 'something else';
		return `expected ${expectedNames[expected] ?? expected}, ${found}`;
	})();
	return { file, ...(field === '' ? {} : { field }), message };
}

/** Holds a value against a schema and lists everything that does not fit. */
export function parseValue<S extends v.GenericSchema>(
	schema: S,
	value: unknown,
	file: string,
	parentField = '',
): Parsed<v.InferOutput<S>> {
	const result = v.safeParse(schema, value);
	if (result.success) return { ok: true, value: result.output };
	const problems = result.issues.map((issue) => problemOf(issue, file, parentField));
	return { ok: false, problems: capProblems(problems) };
}

/** UTF-8, unless a mark at the start says that it is UTF-16, in which Praat writes letters beyond ASCII. */
function encodingOf(bytes: ArrayBuffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
	const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
	if (first === 0xff && second === 0xfe) return 'utf-16le';
	return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** The text of a small file, in UTF-8 or in UTF-16 with a byte order mark. */
export async function readText(file: SourceFile, signal?: AbortSignal): Promise<Parsed<string>> {
	const refuse = (message: string): Parsed<string> => ({
		ok: false,
		problems: [{ file: file.path, message }],
	});
	if (file.size === 0) return refuse('is empty (0 bytes)');
	if (file.size > maxTextBytes) {
		return refuse(`is too large: ${file.size} bytes, expected at most ${maxTextBytes}`);
	}
	let bytes: ArrayBuffer;
	try {
		bytes = await (await file.open(signal)).arrayBuffer();
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof ConfabError) return { ok: false, problems: error.problems };
		return refuse(`cannot be read: ${messageOf(error)}`);
	}
	try {
		return { ok: true, value: new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes) };
	} catch {
		return refuse('is not text in UTF-8');
	}
}

/** A JSON file's value, held against a schema. */
export async function readJson<S extends v.GenericSchema>(
	file: SourceFile,
	schema: S,
	signal?: AbortSignal,
): Promise<Parsed<v.InferOutput<S>>> {
	const text = await readText(file, signal);
	if (!text.ok) return text;
	let value: unknown;
	try {
		value = JSON.parse(text.value);
	} catch (error) {
		const message = `is not JSON: ${messageOf(error)}`;
		return { ok: false, problems: [{ file: file.path, message }] };
	}
	return parseValue(schema, value, file.path);
}
