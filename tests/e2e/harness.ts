import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from 'playwright/test';
import { inProject } from '../../scripts/lib/command.mjs';
import { serve } from '../../scripts/lib/serve.mjs';

export { expect } from 'playwright/test';

/** What the pages of a test did that they should not. */
export interface Watch {
	/** Requests to any origin but the app's, `blob:` and `data:` apart. */
	readonly strangers: string[];
	/** Errors on the console and uncaught ones. */
	readonly errors: string[];
	/** Warnings on the console, such as about a header that the browser does not understand. */
	readonly warnings: string[];
}

/** A server of somebody else, and who came to it. */
interface Stranger {
	readonly origin: string;
	/** Method and path of each request. */
	readonly visits: string[];
	readonly close: () => Promise<void>;
}

/** Starts a server on an origin that is not the app's; it answers everything with `html`. */
export async function startStranger(html = ''): Promise<Stranger> {
	const visits: string[] = [];
	const server = createServer((request, response) => {
		visits.push(`${request.method ?? ''} ${request.url ?? ''}`);
		response.setHeader('Content-Type', 'text/html').end(html);
	});
	server.on('upgrade', (request, socket) => {
		visits.push(`${request.method ?? ''} ${request.url ?? ''}`);
		socket.destroy();
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('the stranger has no port');
	return {
		origin: `http://127.0.0.1:${address.port}`,
		visits,
		close: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
}

interface WorkerFixtures {
	readonly app: { readonly origin: string };
}

interface TestFixtures {
	/** Watches every page of the test from before its first request. */
	readonly watch: Watch;
	readonly stranger: Stranger;
	/** An empty folder that is gone after the test. */
	readonly folder: string;
}

/** A test with the built app served, and its pages watched. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
	app: [
		async ({}, use) => {
			const server = await serve(inProject('build'), { port: 0 });
			await use({ origin: server.origin });
			await server.close();
		},
		{ scope: 'worker' },
	],
	baseURL: async ({ app }, use) => use(app.origin),
	stranger: async ({}, use) => {
		const stranger = await startStranger();
		await use(stranger);
		await stranger.close();
	},
	folder: async ({}, use) => {
		const folder = mkdtempSync(join(tmpdir(), 'confab-e2e-'));
		await use(folder);
		rmSync(folder, { recursive: true, force: true });
	},
	watch: async ({ context, app }, use) => {
		const watch: Watch = { strangers: [], errors: [], warnings: [] };
		context.on('request', (request) => {
			const { origin, protocol } = new URL(request.url());
			if (origin !== app.origin && !['blob:', 'data:'].includes(protocol)) {
				watch.strangers.push(request.url());
			}
		});
		context.on('console', (message) => {
			if (message.type() === 'error') watch.errors.push(message.text());
			if (message.type() === 'warning') watch.warnings.push(message.text());
		});
		context.on('weberror', (error) => watch.errors.push(String(error.error())));
		await use(watch);
	},
});
