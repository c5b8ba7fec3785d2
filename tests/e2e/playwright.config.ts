import { availableParallelism } from 'node:os';
import { defineConfig } from 'playwright/test';
import { chromiumArguments, requireChromium } from '../../scripts/lib/chromium.mjs';

/** The built app, served as `npm start` serves it, in a real Chromium. */
export default defineConfig({
	testDir: '.',
	globalSetup: './build.ts',
	outputDir: '../output/e2e',
	// On a busy machine everything takes its time; only what hangs may fail by it.
	timeout: 900_000,
	expect: { timeout: 120_000 },
	// Much of a test is waiting: each has a browser profile of its own, so others may use that time.
	fullyParallel: true,
	workers: availableParallelism(),
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
