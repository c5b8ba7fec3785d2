import type { BrowserPage } from './browser-page.ts';

/** One side of a comparison. */
export interface Measurement {
	/** What was measured: `WebCodecs`, `native ffmpeg`, `budget`. */
	readonly name: string;
	readonly value: number;
	/** `frames/s`, `s`, `MB`. */
	readonly unit: string;
}

/**
 * One row of the table: a figure against another of the same run on the same machine, so that the
 * ratio means the same on any machine.
 */
export interface BenchRow {
	readonly what: string;
	readonly measured: Measurement;
	readonly against: Measurement;
	/** What `measured / against` should be, at least or at most. */
	readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

/** What a bench may use. */
export interface BenchTools {
	/** Calls a function that a module of tests/bench exports, in real Chromium. */
	readonly page: BrowserPage;
	/** Says how it goes on. */
	readonly log: (line: string) => void;
}

/** A group of rows; each file `tests/bench/*.bench.ts` exports one as `bench`. */
export interface Bench {
	readonly title: string;
	/** Why it cannot be run here, or null when it can. */
	readonly missing: () => string | null | Promise<string | null>;
	readonly run: (tools: BenchTools) => Promise<readonly BenchRow[]>;
}

/** `measured / against`. */
export function ratioOf(row: BenchRow): number {
	return row.measured.value / row.against.value;
}

/** Whether a row meets its target; null when it has none. */
export function meetsTarget(row: BenchRow): boolean | null {
	if (row.target === undefined) return null;
	const ratio = ratioOf(row);
	return 'atLeast' in row.target ? ratio >= row.target.atLeast : ratio <= row.target.atMost;
}

/** What misses its target, each with its figure. */
export function missedTargets(rows: readonly BenchRow[]): readonly string[] {
	return rows
		.filter((row) => meetsTarget(row) === false)
		.map((row) => `${row.what}: ${digits(ratioOf(row))} x`);
}

/** Three significant digits, without an exponent. */
function digits(value: number): string {
	return value >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}

/** The rows as a Markdown table with aligned columns. */
export function table(rows: readonly BenchRow[]): string {
	const figure = ({ name, value, unit }: Measurement): string => `${name} ${digits(value)} ${unit}`;
	const cells = rows.map((row) => [
		row.what,
		figure(row.measured),
		figure(row.against),
		`${digits(ratioOf(row))} x`,
		row.target === undefined
			? ''
			: 'atLeast' in row.target
				? `>= ${row.target.atLeast} x`
				: `<= ${row.target.atMost} x`,
		{ true: 'yes', false: 'no', null: '' }[`${meetsTarget(row)}`],
	]);
	const all = [['what', 'measured', 'against', 'ratio', 'target', 'met'], ...cells];
	const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
	const lines = all.map(
		(line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
	);
	const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
	return [lines[0], rule, ...lines.slice(1)].join('\n');
}
