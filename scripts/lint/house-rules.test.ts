import { expect, test } from 'vitest';
import { houseRules, importsOf } from './house-rules.mjs';

function file(path: string, text: string) {
	return { path, bytes: text.length, text };
}

/** Faults of the rule with this title on these files. */
function faults(title: string, ...files: ReturnType<typeof file>[]): string[] {
	const rule = houseRules.find((candidate) => candidate.title.startsWith(title));
	if (!rule) throw new Error(`no rule ${title}`);
	return rule.check(files);
}

test('imports are read from modules and components, types and dynamic ones too', () => {
	const imports = importsOf([
		file('src/lib/a/a.ts', "import type { B } from './b.ts'; const c = () => import('./c.ts');"),
		file('src/lib/a/b.ts', "export * from './c.ts'; import 'vite';"),
		file('src/lib/a/c.ts', ''),
		file('src/routes/p.svelte', '<script>import "$lib/a/a.ts";</script> from "./x"'),
	]);
	expect(Object.fromEntries(imports)).toEqual({
		'src/lib/a/a.ts': ['src/lib/a/b.ts', 'src/lib/a/c.ts'],
		'src/lib/a/b.ts': ['src/lib/a/c.ts'],
		'src/lib/a/c.ts': [],
		'src/routes/p.svelte': ['src/lib/a/a.ts'],
	});
});

test.each([
	['No import cycles', 'src/lib/a/a.ts', "import './a.ts';", ''],
	['No code file over', 'src/lib/a/a.ts', 'a;\n'.repeat(401), 'a;\n'.repeat(400)],
	[
		'Exported functions',
		'src/lib/a/a.ts',
		'export function a() {}',
		'/** Says. */ export function a() {} function b() {}',
	],
	['No paths of one machine', 'a.md', ['see', 'home', 'ann'].join('/').slice(3), '/usr/bin/env'],
	['No host of a package', 'a.json', '"resolved": "' + 'https://x/y"', '"resolved": false'],
	['Nothing left to do', 'a.ts', '// TO' + 'DO: later', '// later'],
	[
		'Exact versions',
		'package.json',
		'{"dependencies":{"a":"^1.0.0"}}',
		'{"dependencies":{"a":"1.0.0"}}',
	],
	[
		'One onnxruntime-web',
		'package-lock.json',
		'{"packages":{"node_modules/a/node_modules/sharp":{}}}',
		'{"packages":{"node_modules/onnxruntime-web":{}}}',
	],
	['Links between', 'docs/a.md', '[b](../b.md)', '[a](a.md#x) [c](https://c.example) [d](../docs)'],
])('%s', (title, path, bad, good) => {
	expect(faults(title, file(path, bad))).toHaveLength(1);
	expect(faults(title, file(path, good))).toEqual([]);
});

test.each([
	['File names', 'src/lib/a/someThing.ts', 'src/routes/+page.svelte'],
	['No barrel', 'src/lib/a/b/c/index.ts', 'src/lib/a/index.ts'],
])('%s', (title, bad, good) => {
	expect(faults(title, file(bad, ''))).toHaveLength(1);
	expect(faults(title, file(good, ''))).toEqual([]);
});

test('a large file', () => {
	const large = { path: 'a.onnx', bytes: 8_000_000, text: null };
	expect(faults('No file over', large as unknown as ReturnType<typeof file>)).toHaveLength(1);
});

test('a native runtime is found, an empty package in its place is not', () => {
	const lock = (name?: string) =>
		file(
			'package-lock.json',
			JSON.stringify({ packages: { 'node_modules/sharp': { name, version: '1.0.0' } } }),
		);
	expect(faults('One onnxruntime-web', lock())).toEqual(['node_modules/sharp']);
	expect(faults('One onnxruntime-web', lock('empty-npm-package'))).toEqual([]);
});

test('a development build is an exact version', () => {
	const manifest = (version: string) =>
		file('package.json', JSON.stringify({ dependencies: { a: version } }));
	expect(faults('Exact versions', manifest('1.31.0-dev.20260914-8d85527a0'))).toEqual([]);
	expect(faults('Exact versions', manifest('1.31.0-dev.x || 2'))).not.toEqual([]);
});
