import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * Path of a Chromium that is already on this machine, or null. `CONFAB_CHROMIUM` wins.
 *
 * @returns {string | null}
 */
export function findChromium() {
	const chosen = process.env['CONFAB_CHROMIUM'];
	const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
	const candidates = [
		...(chosen ? [chosen] : []),
		...folders.flatMap((folder) => names.map((name) => join(folder, name))),
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'/Applications/Chromium.app/Contents/MacOS/Chromium',
	];
	for (const candidate of candidates) {
		try {
			accessSync(candidate, constants.X_OK);
			return candidate;
		} catch {
			// Not here: try the next place.
		}
	}
	return null;
}

/**
 * Path of a Chromium, installing Debian's when there is none and we may.
 *
 * @returns {string}
 * @throws {Error} when there is none and none can be installed; the message says what to do
 */
export function requireChromium() {
	const found = findChromium();
	if (found !== null) return found;
	if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
		console.error('No Chromium here: installing the one of the distribution');
		for (const args of [
			['update', '-q'],
			['install', '-q', '-y', '--no-install-recommends', 'chromium'],
		]) {
			const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
			spawnSync('apt-get', args, { ...options, stdio: ['ignore', 2, 2] });
		}
		const installed = findChromium();
		if (installed !== null) return installed;
	}
	throw new Error(
		'No Chromium found. Install one (Debian: sudo apt-get install chromium) ' +
			'or name one in CONFAB_CHROMIUM.',
	);
}

/** WebGPU in software. */
const softwareGpu = ['--use-webgpu-adapter=swiftshader'];

/** The graphics processor itself, which a headless Chromium on Linux reaches through Vulkan alone. */
const realGpu = ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface'];

/**
 * Arguments for a headless run: no traffic of the browser's own, and WebGPU in software, which is
 * good for checking results and far too slow for work; or, to measure, on the graphics processor.
 *
 * @param {{ gpu?: 'software' | 'real' }} [options]
 * @returns {string[]}
 */
export function chromiumArguments({ gpu = 'software' } = {}) {
	return [
		// Chromium's sandbox does not work for root, as which containers run.
		...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
		'--enable-unsafe-webgpu',
		...(gpu === 'real' ? realGpu : softwareGpu),
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		'--disable-dev-shm-usage',
	];
}
