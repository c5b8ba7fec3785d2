import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: true },
	kit: {
		adapter: adapter({ fallback: 'index.html', strict: true }),
		// Every script is a file of our own origin, so the page needs no inline script beyond the
		// one SvelteKit writes, which is allowed by its hash.
		csp: {
			mode: 'hash',
			directives: { 'script-src': ['self', 'wasm-unsafe-eval'] },
		},
		typescript: {
			config: (config) => ({
				...config,
				include: [
					...config.include,
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
