import { parseOfflineList, type OfflineList } from './lib/offline/offline-list.ts';
import { parseOfflineAsk } from './lib/offline/offline-protocol.ts';
import { letGo, OfflineStore } from './lib/offline/offline-store.ts';
import { isShare, keepShared } from './lib/offline/shared-files.ts';
import { openRequestChannel, type RequestReport } from './lib/support/request-report.ts';

/*
 * Keeps the app for work without the network. It speaks to nobody but the app's own server; requests to
 * others pass it by. A new version waits until a page asks it to take over.
 */

const scope = globalThis as unknown as ServiceWorkerGlobalScope;

/** What the build writes at the head of this script (scripts/lib/offline-list.mjs). */
const listed: unknown = Reflect.get(scope, 'confabFiles');

if (listed === undefined) removeItself();
else keepApp(parseOfflineList(listed));

/** Outside a build, as in a preview, there is nothing to keep, and nothing of before may be in the way. */
function removeItself(): void {
	scope.addEventListener('install', () => void scope.skipWaiting());
	scope.addEventListener('activate', (event) => {
		event.waitUntil(letGo(scope.caches).then(() => scope.registration.unregister()));
	});
}

function keepApp(list: OfflineList): void {
	const base = new URL('./', scope.location.href).href;
	const store = new OfflineStore(list, {
		caches: scope.caches,
		fetch: (request) => scope.fetch(request),
		base,
	});
	const reports = openRequestChannel();

	/** Says what passes here: method and data, which a page cannot see of its own requests. */
	function report(request: Request): void {
		// Some browsers do not tell whether a request has a body.
		const body: unknown = 'body' in request ? request.body : undefined;
		const message: RequestReport = {
			by: 'service worker',
			url: request.url,
			kind: request.destination === '' ? 'fetch' : request.destination,
			method: request.method,
			hasBody: body === undefined ? null : body !== null,
			blocked: false,
		};
		reports.postMessage(message);
	}

	scope.addEventListener('install', (event) => event.waitUntil(store.install()));

	scope.addEventListener('activate', (event) => {
		// The first page is served from here at once; of a later version a page is only if it asked.
		event.waitUntil(store.tidy().then(() => scope.clients.claim()));
	});

	scope.addEventListener('fetch', (event) => {
		report(event.request);
		if (isShare(event.request, base)) {
			event.respondWith(keepShared(scope.caches, event.request, base));
			return;
		}
		const response = store.respond(event.request, (work) => event.waitUntil(work));
		if (response) event.respondWith(response);
	});

	scope.addEventListener('message', (event) => {
		const [port] = event.ports;
		const tell = async (): Promise<void> => port?.postMessage(await store.status());
		const ask = parseOfflineAsk(event.data)?.ask;
		if (ask === 'status') event.waitUntil(tell());
		// Where it fails, the status says what is missing.
		if (ask === 'keep') event.waitUntil(store.install().then(tell, tell));
		if (ask === 'take-over') event.waitUntil(scope.skipWaiting());
	});
}
