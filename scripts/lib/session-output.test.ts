import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heldBytes, largestPage } from './process-memory.mjs';
import { folderName, reportWithMemory, thinOut, writeOutput } from './session-output.mjs';

test('two sessions of one name do not share a folder', () => {
	const used = new Set<string>();
	const folders = ['a', 'a', 'A', 'b'].map((name) => folderName(name, used));
	expect(folders).toEqual(['a', 'a-2', 'A-3', 'b']);
});

describe('output', () => {
	test('is written with its folders', () => {
		const folder = mkdtempSync(join(tmpdir(), 'confab-output-'));
		writeOutput(folder, { 'spk_0.vtt': 'WEBVTT\n', 'more/report.json': '{}' });
		expect(readFileSync(join(folder, 'spk_0.vtt'), 'utf8')).toBe('WEBVTT\n');
		expect(readFileSync(join(folder, 'more', 'report.json'), 'utf8')).toBe('{}');
		rmSync(folder, { recursive: true });
	});

	test('is written under the names that people give recordings', () => {
		const folder = mkdtempSync(join(tmpdir(), 'confab-output-'));
		const names = ['Gespräch 1 (2), 李.rttm', '👩‍👩‍👧 दादी.rttm', 'مقابلة.vtt', '100%.vtt'];
		for (const name of names) {
			writeOutput(folder, { [name]: 'SPEAKER' });
			expect(readFileSync(join(folder, name), 'utf8')).toBe('SPEAKER');
		}
		rmSync(folder, { recursive: true });
	});

	test.each(['a\n', 'C:x', 'a/.', '../x', '/x', 'a/../../x', 'a//b', '', '.x', 'a\\b'])(
		'does not go to %j',
		(path) => {
			expect(() => writeOutput('never-written', { [path]: '' })).toThrow('odd output path');
		},
	);
});

test('a report takes the memory that was seen', () => {
	const memory = (text: string, peak: number | null) =>
		(JSON.parse(reportWithMemory(text, peak)) as { memory: number | null }).memory;
	expect(memory('{"memory":null}', 20)).toBe(20);
	expect(memory('{"memory":null}', null)).toBeNull();
});

test('counts that come too often are left out, all else is told', () => {
	let time = 0;
	const told: string[] = [];
	const tell = thinOut(
		(line) => told.push(line),
		() => time,
	);
	tell('decode ...');
	for (let done = 1; done <= 5; done++) {
		tell(`decode spk_0 ${done}/5 frames`);
		time += 900;
	}
	expect(told).toEqual([
		'decode ...',
		'decode spk_0 1/5 frames',
		'decode spk_0 4/5 frames',
		'decode spk_0 5/5 frames',
	]);
});

describe('memory of a page', () => {
	test('is what it allocated and shares, not its code', () => {
		const status = 'VmRSS:\t999 kB\nRssAnon:\t  100 kB\nRssFile:\t 800 kB\nRssShmem:\t 20 kB\n';
		expect(heldBytes(status)).toBe(120 * 1024);
	});

	test('is that of the largest page of this browser, not of another', () => {
		const page = '--type=renderer';
		const processes = [
			{ id: 1, parent: 0, command: 'chromium --user-data-dir=/p/a', bytes: 50 },
			{ id: 3, parent: 2, command: page, bytes: 7 },
			{ id: 2, parent: 1, command: '--type=zygote', bytes: 1 },
			{ id: 4, parent: 1, command: page, bytes: 5 },
			{ id: 5, parent: 9, command: page, bytes: 100 },
		];
		expect(largestPage(processes, '/p/a')).toBe(7);
		expect(largestPage(processes, '/p/b')).toBeNull();
	});
});
