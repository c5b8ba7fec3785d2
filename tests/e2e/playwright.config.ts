import { defineConfig } from 'playwright/test';
import { chromiumArguments, requireChromium } from '../../scripts/lib/chromium.mjs';

/** The built app, served as `npm start` serves it, in a real Chromium. */
export default defineConfig({
	testDir: '.',
	outputDir: '../output/e2e',
	timeout: 300_000,
	workers: 1,
	forbidOnly: process.env['CI'] !== undefined,
	// The test program counts from the file it names.
	reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] ? [['list'], ['json']] : 'list',
	use: {
		browserName: 'chromium',
		// Tests see and change what a page asks for; what a service worker keeps would pass them by. It has
		// tests of its own.
		serviceWorkers: 'block',
		launchOptions: { executablePath: requireChromium(), args: chromiumArguments() },
	},
});
