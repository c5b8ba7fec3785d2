import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { methodCaller, withoutEval } from './eval-free.mjs';

type Captured = Parameters<typeof methodCaller>[0];

/** The body Embind writes as text, for the same captured values and kind of call. */
function writtenByEmbind(captured: Captured, kind: number): ReturnType<typeof methodCaller> {
	const names = Object.keys(captured).filter((name) => name.startsWith('argFromPtr'));
	const args = names.map((name, i) => `${name}(args${i > 0 ? `+${8 * i}` : ''})`).join(',');
	const callee = [
		'toValue(handle)',
		'toValue(handle)[getStringOrSymbol(methodName)]',
		'new (toValue(handle))',
		'',
	][kind];
	const call = `${callee}(${args})`;
	const body =
		'toReturnWire' in captured
			? `return emval_returnValue(toReturnWire, destructorsRef, ${call})`
			: call;
	const make = new Function(
		...Object.keys(captured),
		`return function (handle, methodName, destructorsRef, args) { ${body} }`,
	);
	return make(...Object.values(captured)) as ReturnType<typeof methodCaller>;
}

class Adder {
	readonly start: number;
	constructor(a: number, b: number) {
		this.start = a * 10 + b;
	}
	add(a: number, b: number): number {
		return this.start + a - b;
	}
}

function capturedValues(argumentCount: number, returns: boolean): Captured {
	const values: Record<number, unknown> = {
		1: (a: number, b: number) => a * 100 + b,
		2: new Adder(1, 2),
		3: Adder,
	};
	const memory = new Map([
		[64, 7],
		[72, 5],
	]);
	return {
		toValue: (handle: number) => values[handle],
		...Object.fromEntries(
			Array.from({ length: argumentCount }, (_, i) => [
				`argFromPtr${i}`,
				(pointer: number) => memory.get(pointer),
			]),
		),
		getStringOrSymbol: () => 'add',
		...(returns
			? {
					toReturnWire: (destructors: unknown, value: unknown) => [destructors, value],
					emval_returnValue: (wire: (d: unknown, v: unknown) => unknown, ref: number, v: unknown) =>
						wire(ref, v),
				}
			: {}),
	};
}

describe('method callers without eval', () => {
	test.each([
		['a function', 0, 1],
		['a method', 1, 2],
		['a constructor', 2, 3],
		['a conversion', 3, 0],
	])('%s gives what the generated text gives', (_, kind, handle) => {
		for (const returns of [true, false]) {
			const captured = capturedValues(kind === 3 ? 1 : 2, returns);
			expect(methodCaller(captured, kind)(handle, 9, 33, 64)).toEqual(
				writtenByEmbind(captured, kind)(handle, 9, 33, 64),
			);
		}
	});
});

describe('the installed glue', () => {
	const folder = join(process.cwd(), 'node_modules/onnxruntime-web/dist');

	test.each(['.asyncify', '.jspi'])(
		'of the %s build has one eval, and none afterwards',
		(build) => {
			const glue = readFileSync(join(folder, `ort-wasm-simd-threaded${build}.mjs`), 'utf8');
			expect(glue).toContain('new Function');
			const patched = withoutEval(glue);
			expect(patched).not.toContain('new Function');
			expect(patched).toContain('methodCaller<(');
		},
	);

	test('of the CPU build is left alone', () => {
		const glue = readFileSync(join(folder, 'ort-wasm-simd-threaded.mjs'), 'utf8');
		expect(withoutEval(glue)).toBe(glue);
	});

	test('of an unknown form is refused', () => {
		expect(() => withoutEval('const f = new Function("return 1")')).toThrow(/not the one/);
	});
});
