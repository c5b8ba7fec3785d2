import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import ts from 'typescript-eslint';
import { confab } from './plugin.mjs';
import { faultOfImport, findCycles, resolveSpecifier, roomOf } from './rooms.mjs';

/** Messages of the project's own rules on a file that exists only here. */
function lint(filename: string, code: string): string[] {
	const linter = new Linter({ cwd: '/project' });
	const rules = Object.fromEntries(
		Object.keys(confab.rules).map((rule) => [`confab/${rule}`, 'error' as const]),
	);
	return linter
		.verify(
			code,
			{
				files: ['**/*.ts'],
				languageOptions: { parser: ts.parser },
				plugins: { confab },
				rules,
			},
			{ filename: `/project/${filename}` },
		)
		.map((message) => message.message);
}

describe('rooms', () => {
	test.each([
		['src/routes/+page.svelte', 'routes'],
		['src/lib/media/ffmpeg/source.ts', 'media'],
		['models/builder/graph.ts', null],
		['src/app.html', null],
	])('%s is in %s', (path, room) => {
		expect(roomOf(path)).toBe(room);
	});

	test('a specifier becomes a project path', () => {
		expect(resolveSpecifier('src/lib/media/a.ts', '../signal/fft.ts')).toBe(
			'src/lib/signal/fft.ts',
		);
		expect(resolveSpecifier('src/routes/+page.svelte', '$lib/app/start.ts')).toBe(
			'src/lib/app/start.ts',
		);
		expect(resolveSpecifier('src/lib/media/a.ts', 'mediabunny')).toBeNull();
	});

	test.each([
		['src/lib/media/a.ts', '../signal/fft.ts'],
		['src/lib/media/a.ts', 'mediabunny'],
		['src/lib/media/webcodecs/a.ts', '../media-source.ts'],
		['src/lib/inference/catalogue.ts', '../../../models/catalogue.json'],
		['src/lib/workers/convert.worker.ts', '../conversion/avsr/convert.ts'],
		['src/lib/conversion/avsr/add.ts', '../../store/index.ts'],
		['src/lib/formats/a.ts', '../../../static/schema/confab-session-1.d.ts'],
		['src/routes/+page.svelte', '$lib/app/start.ts'],
		['src/lib/domain/a.test.ts', '../app/start.ts'],
		['scripts/a.ts', '../src/lib/app/start.ts'],
	])('%s may import %s', (from, specifier) => {
		expect(faultOfImport(from, specifier)).toBeNull();
	});

	test.each([
		['src/lib/signal/a.ts', '../media/media-source.ts'],
		['src/lib/signal/a.ts', '$lib/media/media-source.ts'],
		['src/lib/pipeline/a.ts', 'onnxruntime-web/webgpu'],
		['src/lib/app/a.ts', 'idb'],
		['src/lib/pipeline/a.ts', '@ffmpeg/ffmpeg'],
		['src/lib/pipeline/a.ts', 'svelte/store'],
		['src/lib/app/a.ts', '../../routes/+page.svelte'],
		['src/lib/app/a.ts', '../../../tests/shared.ts'],
		['src/lib/workers/a.ts', '../../../models/builder/conversions.ts'],
		['src/lib/recognisers/a.ts', '../conversion/onnx-graph.ts'],
		['src/lib/workers/a.ts', '../../../models/embedded/prepare.ts'],
		['src/lib/state/a.ts', '../../../static/schema/confab-session-1.d.ts'],
		['src/lib/formats/a.ts', '../../../static/runtime/a.d.ts'],
		['src/lib/utilities/a.ts', './b.ts'],
		['src/lib/media/a.ts', 'node:fs'],
	])('%s may not import %s', (from, specifier) => {
		expect(faultOfImport(from, specifier)).not.toBeNull();
	});

	test('cycles are found, and only cycles', () => {
		const tree = new Map([
			['a', ['b', 'c']],
			['b', ['c']],
			['c', []],
		]);
		expect(findCycles(tree)).toEqual([]);
		expect(findCycles(new Map([...tree, ['c', ['a']]]))).toContainEqual(['a', 'b', 'c', 'a']);
	});
});

describe('the rules on bad code', () => {
	test('an upward import, static, dynamic and re-exported', () => {
		const code = `
			import { a } from '../app/a.ts';
			export { b } from '../app/b.ts';
			export * from '../app/c.ts';
			export const d = () => import('../app/d.ts');
			export const e = a;
		`;
		expect(lint('src/lib/domain/bad.ts', code)).toHaveLength(4);
		expect(lint('src/lib/app/good.ts', code)).toEqual([]);
	});

	test('runes outside their rooms', () => {
		const code = 'export const a = () => { let b = $state.raw(1); return $derived(b); };';
		expect(lint('src/lib/pipeline/bad.ts', code)).toHaveLength(2);
		expect(lint('src/routes/bad.ts', code)).toHaveLength(1);
		expect(lint('src/lib/state/good.svelte.ts', code)).toEqual([]);
	});

	test('work at import', () => {
		const code = 'export const a = await fetch("/x");\nstart(a);';
		expect(lint('src/lib/pipeline/bad.ts', code)).toHaveLength(2);
		expect(lint('src/lib/workers/good.worker.ts', code)).toEqual([]);
		expect(lint('src/lib/pipeline/good.ts', 'export async function a() { await b(); }')).toEqual(
			[],
		);
	});

	test('an assertion on anything but an indexed element', () => {
		expect(lint('src/lib/signal/bad.ts', 'export const a = (b?: number) => b!;')).toHaveLength(1);
		expect(
			lint('src/lib/signal/good.ts', 'export const a = (b: number[]) => b[0]! + b.at(0)!;'),
		).toHaveLength(1);
	});
});
