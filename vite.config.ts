import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, findChromium } from './scripts/lib/chromium.mjs';
import { isolationHeaders } from './scripts/lib/headers.mjs';

const chromium = findChromium();

export default defineConfig({
	plugins: [sveltekit()],
	worker: { format: 'es' },
	server: { headers: isolationHeaders },
	preview: { headers: isolationHeaders },
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: 'node',
					environment: 'node',
					include: ['{src,models,scripts,tests}/**/*.test.ts'],
					exclude: ['**/*.browser.test.ts', 'tests/e2e/**'],
				},
			},
			{
				extends: true,
				test: {
					name: 'browser',
					include: ['{src,models,tests}/**/*.browser.test.ts'],
					exclude: ['tests/e2e/**'],
					fileParallelism: false,
					testTimeout: 120_000,
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						provider: playwright({
							launchOptions: {
								...(chromium === null ? {} : { executablePath: chromium }),
								args: chromiumArguments(),
							},
						}),
						instances: [{ browser: 'chromium' }],
					},
				},
			},
		],
	},
});
