import type { JobEvent } from '../pipeline/job.ts';
import type { ConfabClient } from '../state/client.ts';

import { openStore, VolatileStore, withJobLock } from '../store/index.ts';
import { untilAborted } from '../support/abort.ts';
import { WorkUnderWay } from '../support/work-under-way.ts';
import { memo } from '../support/memo.ts';
import { SerialQueue } from '../support/serial-queue.ts';
import type { InferenceApi } from '../workers/inference.worker.ts';
import type { MediaApi } from '../workers/media.worker.ts';
import type { ModelsApi } from '../workers/models.worker.ts';
import { proxy, transfer, WorkerHandle } from '../workers/rpc/index.ts';
import { packSession } from '../workers/session-wire.ts';
import { demoFiles, demoProject } from './demo.ts';
import { KeptSessions } from './kept-sessions.ts';
import { machineInfo } from './machine-info.ts';
import { createModelsClient } from './models-client.ts';
import { createPlaybackClient } from './playback-media.ts';
import { createSpanRecogniser, type InTurn } from './recognise-span.ts';
import { createOfflineClient } from './offline-client.ts';
import { createPrivacyClient } from './privacy-client.ts';
import { createStudioClient } from './studio-client.ts';

/** Models are freed after this time without a run: the sure way to get memory back is to end the worker. */
const idleMilliseconds = 120_000;

/** A lock that another thread gave back may take this long to be free here. */
const lockMilliseconds = 1000;

/**
 * The whole app behind the screens: workers that start when they are first needed, and the store.
 *
 * `base` is the absolute address the app is served at, with a slash at its end.
 */
export function createClient(base: string): ConfabClient {
	const media = new WorkerHandle<MediaApi>(
		'media',
		() => new Worker(new URL('../workers/media.worker.ts', import.meta.url), { type: 'module' }),
		// What is half decoded is lost with it; the next run starts both anew and goes on from the store.
		{ onEnd: () => void inference.terminate('lost its media worker') },
	);
	const inference = new WorkerHandle<InferenceApi>(
		'inference',
		() =>
			new Worker(new URL('../workers/inference.worker.ts', import.meta.url), { type: 'module' }),
		{
			onStart: async (remote) => {
				const { port1, port2 } = new MessageChannel();
				await media.call((worker) => worker.connect(transfer(port1, [port1])));
				await remote.connect(base, transfer(port2, [port2]));
			},
		},
	);
	const models = new WorkerHandle<ModelsApi>(
		'models',
		() => new Worker(new URL('../workers/models.worker.ts', import.meta.url), { type: 'module' }),
		{ onStart: (remote) => remote.connect(base) },
	);
	const store = memo(() => openStore());
	// Not needed until something is dropped or taken away.
	const formats = memo(() => import('../formats/index.ts'));
	// What this page has computed is at hand until it is closed, stored or not.
	const own = new VolatileStore('The page itself.');
	const kept = new KeptSessions(store, own);
	// Asked once a page, when there is about to be something to lose; a refusal changes nothing.
	const persist = memo(() => navigator.storage.persist().catch(() => false));
	const runs = new SerialQueue();
	const underWay = new WorkUnderWay();
	let idle: ReturnType<typeof setTimeout> | undefined;
	/** One piece of work after the other; the workers end a while after the last. */
	const inTurn: InTurn = (work, signal) =>
		runs.run(async () => {
			clearTimeout(idle);
			try {
				return await work();
			} finally {
				// The inference worker ends with it.
				idle = setTimeout(() => void media.terminate(), idleMilliseconds);
			}
		}, signal);
	const studio = createStudioClient({ kept });

	return {
		offline: createOfflineClient(base),
		privacy: createPrivacyClient(base),
		readSessions: async (files, options) => (await formats()).readSessions(files, options),
		demoFiles: (signal) => demoFiles(base, signal),
		demoProject: (signal) => demoProject(base, signal),

		run: (session, settings, options) =>
			inTurn(async () => {
				void persist();
				const { signal } = options;
				const { wire, open } = packSession(session);
				const stop = signal ?? new AbortController().signal;
				const working = inference.call((worker) =>
					worker.run(
						wire,
						settings,
						proxy(open),
						proxy((event: JobEvent) => options.onEvent(event)),
						stop,
					),
				);
				underWay.add(session.id, working);
				const result = await untilAborted(working, stop);
				await own.runs.put(result, session.labels);
				return result;
			}, options.signal),

		listSessions: () => kept.list(),
		loadResult: (sessionId) => kept.result(sessionId, null),
		deleteSession: async (sessionId) => {
			await underWay.ended(sessionId);
			await withJobLock(sessionId, () => kept.delete(sessionId), { lockMilliseconds });
		},

		machine: async () => machineInfo(await store()),
		keepStorage: () => navigator.storage.persist().catch(() => false),
		...studio,
		recogniseSpan: createSpanRecogniser({ inTurn, inference, loadRun: studio.loadRun }),
		...createPlaybackClient(),
		...createModelsClient({ base, store, inference, persist }, models),
	};
}
