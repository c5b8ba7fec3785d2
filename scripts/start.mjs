import { spawn } from 'node:child_process';
import util from 'node:util';
import { inProject } from './lib/command.mjs';
import { serve } from './lib/serve.mjs';
import {
	addRecognisers,
	ensureBuild,
	ensureDependencies,
	ensureModels,
	requireNode,
} from './lib/setup.mjs';

const usage = `npm start -- [--port NUMBER] [--host ADDRESS] [--no-open]

Sets up whatever is missing, builds Confab, serves it on this machine and opens it in the browser.
  --port NUMBER   default 4173, or any free port when that is taken
  --host ADDRESS  default 127.0.0.1, which no other machine can reach
  --no-open       only print the address`;

/** @returns {{ port: number | undefined, host: string | undefined, open: boolean }} */
function readArguments() {
	try {
		const { values } = util.parseArgs({
			options: {
				port: { type: 'string' },
				host: { type: 'string' },
				'no-open': { type: 'boolean', default: false },
				help: { type: 'boolean', short: 'h', default: false },
			},
		});
		if (values.help) {
			console.log(usage);
			process.exit(0);
		}
		const port = values.port === undefined ? undefined : Number(values.port);
		if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
			throw new Error(`--port wants a number from 0 to 65535, not ${values.port}`);
		}
		return { port, host: values.host, open: !values['no-open'] };
	} catch (error) {
		console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
		process.exit(2);
	}
}

/**
 * Opens an address in the person's browser, where there is one. Failing to is no fault: the address
 * is printed.
 *
 * @param {string} address
 */
function openBrowser(address) {
	const command =
		{ darwin: 'open', win32: 'start' }[/** @type {string} */ (process.platform)] ?? 'xdg-open';
	const hasScreen =
		process.platform !== 'linux' ||
		process.env['DISPLAY'] !== undefined ||
		process.env['WAYLAND_DISPLAY'] !== undefined;
	if (process.env['CI'] || !hasScreen) return;
	const child = spawn(command, [address], {
		stdio: 'ignore',
		detached: true,
		shell: process.platform === 'win32',
	});
	child.on('error', () => console.log('(No browser could be opened: open the address yourself.)'));
	child.unref();
}

requireNode();
const { port, host, open } = readArguments();
try {
	await ensureDependencies();
	await ensureModels({ recognisers: false });
	await ensureBuild();
	const server = await serve(inProject('build'), { port, host });
	console.log(`\nConfab is at ${server.origin}\nCtrl-C ends it.`);
	if (open) openBrowser(server.origin);
	// The page works without them, but for words.
	void addRecognisers().catch((/** @type {unknown} */ error) => {
		console.error(error instanceof Error ? error.message : String(error));
	});
	for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
		process.once(signal, () => void server.close().then(() => process.exit(0)));
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : String(error));
	process.exit(1);
}
