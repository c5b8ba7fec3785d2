import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { createServer } from 'vite';

const fakeApp = fileURLToPath(new URL('fake-app.ts', import.meta.url));

/** Serves the app with a made-up client while the tests run; its address is in SCREENS_ADDRESS. */
export default async function serve(): Promise<() => Promise<void>> {
	const server = await createServer({
		configFile: false,
		cacheDir: 'node_modules/.vite-screens',
		plugins: [
			{
				name: 'made-up-client',
				enforce: 'pre',
				resolveId: (id) => (id.endsWith('lib/app/app.ts') ? fakeApp : null),
			},
			sveltekit(),
		],
		worker: { format: 'es' },
		// Nothing may reload a page while it is looked at.
		optimizeDeps: { noDiscovery: true },
		server: { port: 0, hmr: false, watch: null },
		logLevel: 'error',
	});
	await server.listen();
	process.env['SCREENS_ADDRESS'] = server.resolvedUrls?.local[0] ?? '';
	return () => server.close();
}
