import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the project. */
export const projectFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Path of a file of the project.
 *
 * @param {...string} parts
 */
export function inProject(...parts) {
	return join(projectFolder, ...parts);
}

/**
 * @typedef {object} Outcome
 * @property {number} code exit status; 1 for a command that could not start, 124 past its time limit
 * @property {string} output stdout and stderr together; empty when they were passed on
 * @property {number} seconds
 */

/**
 * Runs a command, in the project unless `cwd` says where, and waits for it. Never throws: the outcome says it all.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ show?: boolean | 'stderr', limitSeconds?: number, env?: Record<string, string>, cwd?: string,
 *   inherit?: boolean }} [options] `show` passes its output on as it comes, all of it to stderr when it says
 *   so; `inherit` is whether the environment of this process counts besides `env`
 * @returns {Promise<Outcome>}
 */
export function runCommand(command, args, options = {}) {
	const {
		show = false,
		limitSeconds = 1800,
		env = {},
		cwd = projectFolder,
		inherit = true,
	} = options;
	const started = performance.now();
	return new Promise((done) => {
		const child = spawn(command, args, {
			cwd,
			env: { ...(inherit && process.env), ...env },
			stdio: ['ignore', show === 'stderr' ? 2 : show ? 1 : 'pipe', show ? 2 : 'pipe'],
			shell: process.platform === 'win32',
		});
		let output = '';
		let code = 1;
		child.stdout?.on('data', (chunk) => (output += chunk));
		child.stderr?.on('data', (chunk) => (output += chunk));
		const timer = setTimeout(() => {
			output += `\n${command} was stopped after ${limitSeconds} s\n`;
			code = 124;
			child.kill('SIGKILL');
		}, limitSeconds * 1000);
		child.on('error', (error) => {
			output += `\n${error.message}\n`;
		});
		child.on('close', (status) => {
			clearTimeout(timer);
			done({
				code: code === 124 ? code : (status ?? 1),
				output,
				seconds: (performance.now() - started) / 1000,
			});
		});
	});
}

/**
 * Runs a tool of node_modules.
 *
 * @param {string} tool its name in node_modules/.bin
 * @param {readonly string[]} args
 * @param {Parameters<typeof runCommand>[2]} [options]
 */
export function runTool(tool, args, options) {
	return runCommand(inProject('node_modules', '.bin', tool), args, options);
}
