import { availableParallelism } from 'node:os';
import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, findChromium } from './scripts/lib/chromium.mjs';
import { downloadWorkerPath, isolationHeaders } from './scripts/lib/headers.mjs';
import { hasShared, sharedPath } from './tests/shared.ts';

const chromium = findChromium();

/** The download worker has headers of its own, so its script has a name that stays. */
const nameDownloadWorker: Plugin = {
	name: 'name-download-worker',
	enforce: 'post',
	config: () => ({
		worker: {
			rolldownOptions: {
				output: {
					entryFileNames: ({ name }) =>
						name === 'download.worker'
							? downloadWorkerPath.slice(1)
							: '_app/immutable/workers/[name]-[hash].js',
				},
			},
		},
	}),
};

export default defineConfig({
	plugins: [sveltekit(), nameDownloadWorker],
	worker: { format: 'es', rolldownOptions: { checks: { bundlerTimings: false } } },
	build: { rolldownOptions: { checks: { bundlerTimings: false } } },
	// The runtime's glue comes from static/runtime, where it is free of eval; these builds of the
	// library do not carry a copy of their own.
	resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
	// Modules already; bundling them again at the first import would reload a running test.
	optimizeDeps: {
		exclude: [
			'@ffmpeg/ffmpeg',
			'onnxruntime-web',
			'onnxruntime-common',
			'@huggingface/transformers',
		],
	},
	// Browser tests read the shared recordings over the development server.
	server: { headers: isolationHeaders, fs: { allow: hasShared ? [sharedPath('.')] : [] } },
	preview: { headers: isolationHeaders },
	test: {
		// Vitest alone leaves one core free, which of two is half.
		maxWorkers: availableParallelism(),
		// On a busy machine everything takes its time; only what hangs may fail by it.
		expect: { poll: { timeout: 120_000 } },
		projects: [
			{
				extends: true,
				test: {
					name: 'node',
					environment: 'node',
					// A thread starts in less time than a process.
					pool: 'threads',
					testTimeout: 300_000,
					hookTimeout: 300_000,
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
					testTimeout: 600_000,
					hookTimeout: 300_000,
					provide: { sharedFolder: hasShared ? sharedPath('.') : null },
					browser: {
						enabled: true,
						headless: true,
						connectTimeout: 180_000,
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
