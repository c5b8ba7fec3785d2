import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { projectFolder, inProject } from './lib/command.mjs';
import { houseRules } from './lint/house-rules.mjs';

/**
 * House rules about the project as a whole. Prints what breaks them and, given a path, writes how
 * many there are.
 */
const textTypes = /^\.(ts|mjs|js|svelte|json|md|html|css|svg|yml|py|txt|sh|)$/;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
	cwd: projectFolder,
	encoding: 'utf8',
})
	.split('\n')
	.filter((path) => path !== '' && statSync(inProject(path), { throwIfNoEntry: false })?.isFile())
	.map((path) => ({
		path,
		bytes: statSync(inProject(path)).size,
		text: textTypes.test(extname(path)) ? readFileSync(inProject(path), 'utf8') : null,
	}));

const results = houseRules.map((rule) => ({ title: rule.title, faults: rule.check(files) }));
for (const { title, faults } of results) {
	if (faults.length > 0) console.log([title, ...faults.map((fault) => `  ${fault}`)].join('\n'));
}
const failed = results.filter((result) => result.faults.length > 0).length;
const report = process.argv[2];
if (report !== undefined) {
	writeFileSync(report, JSON.stringify({ passed: results.length - failed, failed, skipped: 0 }));
}
process.exitCode = failed > 0 ? 1 : 0;
