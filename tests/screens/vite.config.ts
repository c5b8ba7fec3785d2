import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

const fakeApp = fileURLToPath(new URL('fake-app.ts', import.meta.url));

/** The app's screens over made-up sessions, to be looked at and checked. Never built. */
export default defineConfig({
	root: fileURLToPath(new URL('../..', import.meta.url)),
	cacheDir: 'node_modules/.vite-screens',
	plugins: [
		{
			name: 'made-up-client',
			enforce: 'pre',
			resolveId: (id) => (/lib\/app\/app\.ts$/.test(id) ? fakeApp : null),
		},
		sveltekit(),
	],
	worker: { format: 'es' },
});
