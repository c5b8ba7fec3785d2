import adapterStatic from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { contentSecurityPolicy, writeHeadersFile } from './scripts/lib/headers.mjs';
import { writeOfflineList } from './scripts/lib/offline-list.mjs';

const output = 'build';
const toFiles = adapterStatic({ pages: output, fallback: 'index.html', strict: true });

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: true },
	kit: {
		adapter: {
			name: 'static-with-headers',
			async adapt(builder) {
				await toFiles.adapt(builder);
				writeHeadersFile(output);
				writeOfflineList(output);
			},
		},
		// The same policy as the served headers, inside the page: it holds the page (though not its
		// workers) even on a host that sets no headers. SvelteKit adds the hash of its start script.
		csp: {
			mode: 'hash',
			directives: Object.fromEntries(
				Object.entries(contentSecurityPolicy).map(([name, sources]) => [name, [...sources]]),
			),
		},
		// The layout does, where there is no development server.
		serviceWorker: { register: false },
		typescript: {
			config: (config) => ({
				...config,
				exclude: ['../node_modules/**'],
				include: [
					...config['include'],
					'../models/**/*.ts',
					'../scripts/**/*.mjs',
					'../scripts/**/*.ts',
					'../tests/**/*.ts',
					'../*.config.js',
					'../*.config.ts',
				],
			}),
		},
	},
};
