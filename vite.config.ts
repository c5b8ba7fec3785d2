import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './scripts/lib/chromium.mjs';

/** Needed by WASM threads; the served app sets the same two (scripts/lib/headers.mjs). */
const isolation = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
	plugins: [sveltekit()],
	worker: { format: 'es' },
	server: { headers: isolation },
	preview: { headers: isolation },
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
								executablePath: findChromium() ?? undefined,
								args: [
									'--no-sandbox',
									'--enable-unsafe-webgpu',
									'--use-webgpu-adapter=swiftshader',
									'--disable-background-networking',
									'--disable-component-update',
									'--disable-sync',
								],
							},
						}),
						instances: [{ browser: 'chromium' }],
					},
				},
			},
		],
	},
});
