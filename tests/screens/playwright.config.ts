import { availableParallelism } from 'node:os';
import { defineConfig } from 'playwright/test';
import { requireChromium } from '../../scripts/lib/chromium.mjs';

/** Every screen over made-up sessions. `--update-snapshots` stores how the pictured ones look now. */
export default defineConfig({
	testDir: '.',
	outputDir: '../output/screens',
	globalSetup: './serve.ts',
	// On a busy machine everything takes its time; only what hangs may fail by it.
	timeout: 600_000,
	expect: {
		timeout: 120_000,
		// A changed word of four letters has more; what another drawing of the same letters changes, less.
		toHaveScreenshot: { maxDiffPixels: 60 },
	},
	fullyParallel: true,
	workers: availableParallelism(),
	forbidOnly: process.env['CI'] !== undefined,
	snapshotPathTemplate: 'pictures/{arg}{ext}',
	reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] ? [['line'], ['json']] : 'line',
	use: {
		browserName: 'chromium',
		locale: 'en-GB',
		timezoneId: 'UTC',
		contextOptions: { reducedMotion: 'reduce' },
		viewport: { width: 1440, height: 900 },
		actionTimeout: 120_000,
		launchOptions: {
			executablePath: requireChromium(),
			args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
		},
	},
});
