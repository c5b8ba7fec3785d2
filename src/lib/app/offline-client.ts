import { probeGpu } from '../inference/gpu.ts';
import { runtimeBuild } from '../inference/runtime.ts';
import {
	parseOfflineStatus,
	type OfflineAsk,
	type OfflineStatus,
} from '../offline/offline-protocol.ts';
import { letGo } from '../offline/offline-store.ts';
import type { OfflineClient } from '../state/offline-client.ts';
import { memo } from '../support/memo.ts';

/** The service worker answers at once, or not at all. */
const patienceMilliseconds = 10_000;

/** The builds of ONNX Runtime, of which a page uses one. */
const runtimeFile = /^runtime\/ort\/ort-wasm-simd-threaded(\.\w+)?\.(?:mjs|wasm)$/u;

/**
 * Keeps the app by its service worker (src/service-worker.ts).
 *
 * @param base absolute address the app is served at, with a slash at its end
 */
export function createOfflineClient(base: string): OfflineClient {
	const wanted = memo(async () => {
		const gpu = await probeGpu(navigator.gpu);
		const build = runtimeBuild(gpu.available ? 'webgpu' : 'wasm');
		return (path: string): boolean => {
			const match = runtimeFile.exec(path);
			return match === null || (match[1] ?? '') === build;
		};
	});
	const registered = async (): Promise<ServiceWorkerRegistration | undefined> =>
		'serviceWorker' in navigator ? navigator.serviceWorker.getRegistration(base) : undefined;

	return {
		async start(onUpdate) {
			// Over an unencrypted address of another machine there is none, and private windows may refuse.
			if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return false;
			const registration = await navigator.serviceWorker
				.register(`${base}service-worker.js`, { scope: base, updateViaCache: 'none' })
				.catch(() => null);
			if (!registration) return false;
			watchUpdates(registration, onUpdate);
			await untilActive(registration);
			const status = registration.active && (await ask(registration.active, 'status'));
			// It was let go before: the worker is the same, but has nothing.
			const lacks = status?.files.some(({ part, kept }) => part === 'app' && !kept);
			if (registration.active && lacks) await ask(registration.active, 'keep');
			return true;
		},

		async status() {
			const active = (await registered())?.active;
			return active ? ask(active, 'status') : null;
		},

		wanted,

		async keepFile(path, { signal, onProgress }) {
			const address = new URL(path.split('/').map(encodeURIComponent).join('/'), base);
			const response = await fetch(address, signal ? { signal } : {});
			if (!response.ok) throw new Error(`${path} could not be fetched (status ${response.status})`);
			const total = Number(response.headers.get('content-length') ?? 0);
			let done = 0;
			const reader = response.body?.getReader();
			for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
				done += read.value.byteLength;
				onProgress?.({ stage: 'keep', subject: path, done, total, unit: 'bytes' });
			}
			// The copy that is kept is checked and written after the last byte has come here.
			await untilKept(path, async () => (await registered())?.active ?? null, signal);
		},

		// Told by some browsers: "data saver" is on.
		sparing: () => {
			const connection: unknown = Reflect.get(navigator, 'connection');
			return (
				typeof connection === 'object' &&
				connection !== null &&
				Reflect.get(connection, 'saveData') === true
			);
		},

		async update() {
			const waiting = (await registered())?.waiting;
			if (waiting) {
				const changed = new Promise((done) =>
					navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }),
				);
				waiting.postMessage({ ask: 'take-over' } satisfies OfflineAsk);
				await changed;
			}
			location.reload();
		},

		async remove() {
			await (await registered())?.unregister();
			// Over an unencrypted address there are none.
			if ('caches' in globalThis) await letGo(caches);
		},
	};
}

/** Tells of a version that waits, found now or later, or that another tab has changed to. */
function watchUpdates(registration: ServiceWorkerRegistration, onUpdate: () => void): void {
	const { serviceWorker } = navigator;
	// Without one, this is the first visit: what is installed then is what the page is of.
	let controlled = serviceWorker.controller !== null;
	if (registration.waiting && controlled) onUpdate();
	registration.addEventListener('updatefound', () => {
		const { installing } = registration;
		installing?.addEventListener('statechange', () => {
			if (installing.state === 'installed' && controlled) onUpdate();
		});
	});
	serviceWorker.addEventListener('controllerchange', () => {
		if (controlled) onUpdate();
		controlled = true;
	});
}

/** @throws Error when the app could not be kept. */
async function untilActive(registration: ServiceWorkerRegistration): Promise<void> {
	const coming = registration.installing ?? registration.waiting;
	if (registration.active || !coming) return;
	await new Promise<void>((done, failed) => {
		const look = (): void => {
			if (coming.state === 'activated') done();
			if (coming.state === 'redundant') failed(new Error('The app could not be kept whole.'));
		};
		coming.addEventListener('statechange', look);
		look();
	});
}

function ask(worker: ServiceWorker, what: 'status' | 'keep'): Promise<OfflineStatus | null> {
	const { port1, port2 } = new MessageChannel();
	const answer = new Promise<OfflineStatus | null>((done) => {
		port1.onmessage = ({ data }) => done(parseOfflineStatus(data));
		setTimeout(done, patienceMilliseconds, null);
	});
	worker.postMessage({ ask: what } satisfies OfflineAsk, [port2]);
	return answer.finally(() => port1.close());
}

/** Waits a little until a file is kept; whether it came to that is told by the status. */
async function untilKept(
	path: string,
	worker: () => Promise<ServiceWorker | null>,
	signal: AbortSignal | undefined,
): Promise<void> {
	const end = performance.now() + patienceMilliseconds;
	while (performance.now() < end) {
		signal?.throwIfAborted();
		const active = await worker();
		const status = active && (await ask(active, 'status'));
		if (!status || status.files.some((file) => file.path === path && file.kept)) return;
		await new Promise((done) => setTimeout(done, 100));
	}
}
