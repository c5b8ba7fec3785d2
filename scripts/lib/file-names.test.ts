import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unseenFiles } from './file-names.mjs';

test('files whose names are in another encoding are told of', () => {
	const folder = mkdtempSync(join(tmpdir(), 'confab-names-'));
	try {
		writeFileSync(join(folder, '采访 👩‍👩‍👧.wav'), '');
		expect(unseenFiles(folder)).toEqual([]);
		// The first two characters in GBK.
		const gbk = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('b2c9b7c3', 'hex')]);
		writeFileSync(Buffer.concat([gbk, Buffer.from('.wav')]), '');
		const [problem] = unseenFiles(folder);
		expect(problem?.file).toMatch(/\.wav$/);
		expect(problem?.message).toMatch(/not written in UTF-8/);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
