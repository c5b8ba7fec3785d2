import { accessSync, constants } from 'node:fs';
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
