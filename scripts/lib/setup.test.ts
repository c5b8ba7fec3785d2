import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { areDependenciesCurrent, isNodeNewEnough } from './setup.mjs';

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
