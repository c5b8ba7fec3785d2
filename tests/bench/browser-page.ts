import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumArguments, requireChromium } from '../../scripts/lib/chromium.mjs';
import { inProject } from '../../scripts/lib/command.mjs';
import { watchMemory } from '../../scripts/lib/process-memory.mjs';
import { isolationHeaders } from '../../scripts/lib/headers.mjs';
import { hasShared, sharedPath } from '../shared.ts';

/** A page in real Chromium that runs modules of this folder. */
export interface BrowserPage {
	/**
	 * Calls `run(input)` of a module in a fresh page and gives what it answers. Both sides are JSON.
	 * What the module logs goes to `console.error` here.
	 *
	 * @param module path from the project: `tests/bench/decode.page.ts`
	 */
	call(module: string, input: unknown): Promise<unknown>;
	/** The address under which a page may fetch a file of this machine. */
	urlOf(path: string): string;
	/** Largest memory of a page since the last `resetMemory`; null where it cannot be seen. */
	peakBytes(): number | null;
	resetMemory(): void;
	close(): Promise<void>;
}

/**
 * Starts a development server and a browser. The caller closes them.
 *
 * @param options.folders that pages may fetch files from besides the project and the shared recordings
 * @param options.gpu whether WebGPU is to run in software, or on the graphics processor
 */
export async function openBrowserPage({
	folders = [],
	gpu = 'software',
}: {
	readonly folders?: readonly string[];
	readonly gpu?: 'software' | 'real';
} = {}): Promise<BrowserPage> {
	const server = await createServer({
		configFile: false,
		root: inProject(),
		publicDir: inProject('static'),
		logLevel: 'error',
		worker: { format: 'es' },
		resolve: {
			conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development'],
		},
		optimizeDeps: {
			exclude: ['onnxruntime-web', 'onnxruntime-common', '@huggingface/transformers'],
		},
		server: {
			port: 0,
			host: '127.0.0.1',
			headers: isolationHeaders,
			hmr: false,
			fs: { allow: [inProject(), ...folders, ...(hasShared ? [sharedPath('.')] : [])] },
		},
	});
	await server.listen();
	const origin = server.resolvedUrls?.local[0];
	if (origin === undefined) throw new Error('the development server has no address');
	// On disk, so that what is stored and read again takes the way it takes for people.
	const profile = mkdtempSync(join(tmpdir(), 'confab-bench-'));
	const browser = await chromium.launchPersistentContext(profile, {
		headless: true,
		executablePath: requireChromium(),
		args: chromiumArguments({ gpu }),
	});
	const memory = watchMemory(profile);
	return {
		async call(module, input) {
			const page = await browser.newPage();
			page.on('console', (message) => {
				// Vite's own messages are of the type `debug`.
				if (message.type() !== 'debug') console.error(message.text());
			});
			try {
				await page.goto(`${origin}tests/bench/page.html`);
				return await page.evaluate(
					async ([url, value]) => {
						const loaded: unknown = await import(/* @vite-ignore */ url);
						const run: unknown = Reflect.get(Object(loaded), 'run');
						if (typeof run !== 'function') throw new Error(`${url} exports no run`);
						return (await Reflect.apply(run, undefined, [value])) as unknown;
					},
					[`/${module}`, input] as const,
				);
			} finally {
				await page.close();
			}
		},
		urlOf: (path) => `/@fs${path}`,
		peakBytes: () => memory.peakBytes(),
		resetMemory: () => memory.reset(),
		async close() {
			memory.stop();
			await browser.close();
			await server.close();
			rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}
