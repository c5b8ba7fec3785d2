import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { areDependenciesCurrent, isNodeNewEnough, publishModels } from './setup.mjs';

test.each([
	['20.19.0', true],
	['20.20.2', true],
	['22.0.0', true],
	['20.18.3', false],
	['18.20.0', false],
])('Node %s: %s', (version, enough) => {
	expect(isNodeNewEnough(version)).toBe(enough);
});

let folder: string;

function write(path: string, packages: Record<string, object>): void {
	writeFileSync(join(folder, path), JSON.stringify({ packages }));
}

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'confab-setup-'));
	mkdirSync(join(folder, 'node_modules', 'a'), { recursive: true });
	write('package-lock.json', {
		'': {},
		'node_modules/a': { version: '1.0.0' },
		'node_modules/for-another-system': { version: '1.0.0', optional: true },
	});
});

afterEach(() => {
	rmSync(folder, { recursive: true });
});

test('nothing installed', () => {
	expect(areDependenciesCurrent(folder)).toBe(false);
});

test('what the lock asks for', () => {
	write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
	expect(areDependenciesCurrent(folder)).toBe(true);
});

test('another version than the lock asks for', () => {
	write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.1' } });
	expect(areDependenciesCurrent(folder)).toBe(false);
});

test('a package that was deleted', () => {
	write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
	rmSync(join(folder, 'node_modules', 'a'), { recursive: true });
	expect(areDependenciesCurrent(folder)).toBe(false);
});

test('models that come after the build are put into it and listed', () => {
	const [models, build] = [join(folder, 'models'), join(folder, 'build')];
	mkdirSync(join(models, 'words/onnx'), { recursive: true });
	mkdirSync(join(build, 'models'), { recursive: true });
	writeFileSync(join(build, 'service-worker.js'), 'keep();');
	writeFileSync(join(build, 'models/same.onnx'), 'as built');
	writeFileSync(join(build, 'models/manifest.json'), '[1]');
	writeFileSync(join(models, 'same.onnx'), 'on disk.');
	utimesSync(join(models, 'same.onnx'), 1, 1);
	utimesSync(join(build, 'models/manifest.json'), 1, 1);
	writeFileSync(join(models, 'manifest.json'), '[2]');
	writeFileSync(join(models, 'words/onnx/encoder.onnx'), 'words');
	writeFileSync(join(models, 'words/onnx/decoder.onnx.7.part'), 'half');
	publishModels(models, build);
	const read = (path: string): string => readFileSync(join(build, path), 'utf8');
	expect(read('models/same.onnx')).toBe('as built');
	expect(read('models/manifest.json')).toBe('[2]');
	expect(readdirSync(join(build, 'models/words/onnx'))).toEqual(['encoder.onnx']);
	expect(read('service-worker.js')).toContain('models/words/onnx/encoder.onnx');
});
