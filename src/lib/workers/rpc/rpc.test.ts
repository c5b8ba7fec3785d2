import { expose, proxy, wrap, type Remote } from 'comlink';
import { describe, expect, test } from 'vitest';
import { ConfabError } from '../../support/errors.ts';
import { isAbort } from '../../support/abort.ts';
import { installTransferHandlers } from './transfer-handlers.ts';
import { WorkerHandle, type WorkerLike } from './worker-handle.ts';

const api = {
	fail(): string {
		throw new ConfabError('UnsupportedMedia', 'track_00.mp4 is cut short.', {
			cause: new RangeError('moov is missing'),
			problems: [{ file: 'track_00.mp4', message: 'cut short' }],
		});
	},
	waitForAbort(signal: AbortSignal): Promise<void> {
		return new Promise((_, reject) => {
			if (signal.aborted) reject(signal.reason as Error);
			signal.addEventListener('abort', () => reject(signal.reason as Error));
		});
	},
	async report(onProgress: (done: number) => Promise<void> | void): Promise<string> {
		for (let done = 0; done < 3; done += 1) await onProgress(done);
		return 'done';
	},
	never: (): Promise<void> => new Promise(() => undefined),
	echo: <T>(value: T): T => value,
};

function connect(): Remote<typeof api> {
	installTransferHandlers();
	const { port1, port2 } = new MessageChannel();
	expose(api, port1);
	return wrap<typeof api>(port2);
}

/** A worker of message ports: what it runs lives in this thread, its death is a command. */
class PortWorker extends EventTarget implements WorkerLike {
	readonly #near: MessagePort;
	readonly #far: MessagePort;
	constructor() {
		super();
		const { port1, port2 } = new MessageChannel();
		this.#near = port1;
		this.#far = port2;
		expose(api, port2);
		this.#near.start();
	}
	postMessage(message: unknown, transfer: unknown = []): void {
		this.#near.postMessage(message, transfer as Transferable[]);
	}
	override addEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
		if (type === 'message') this.#near.addEventListener(type, listener);
		else super.addEventListener(type, listener);
	}
	override removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
		if (type === 'message') this.#near.removeEventListener(type, listener);
		else super.removeEventListener(type, listener);
	}
	crash(): void {
		this.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
	}
	terminate(): void {
		this.#near.close();
		this.#far.close();
	}
}

describe('a call between threads', () => {
	test('an error keeps its code, findings and cause', async () => {
		const error: unknown = await connect()
			.fail()
			.catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(ConfabError);
		expect(error).toMatchObject({
			code: 'UnsupportedMedia',
			message: 'track_00.mp4 is cut short.',
			problems: [{ file: 'track_00.mp4', message: 'cut short' }],
			cause: { name: 'RangeError', message: 'moov is missing' },
		});
	});

	test('a signal aborts the far side, also when it had aborted before', async () => {
		const remote = connect();
		const controller = new AbortController();
		const pending = remote.waitForAbort(controller.signal).catch((thrown: unknown) => thrown);
		controller.abort();
		expect(isAbort(await pending)).toBe(true);
		const late = remote.waitForAbort(AbortSignal.abort()).catch((thrown: unknown) => thrown);
		expect(isAbort(await late)).toBe(true);
	});

	test('progress comes in order', async () => {
		const seen: number[] = [];
		const onProgress = proxy((done: number) => {
			seen.push(done);
		});
		expect(await connect().report(onProgress)).toBe('done');
		expect(seen).toEqual([0, 1, 2]);
	});
});

describe('a worker handle', () => {
	test('a death rejects what is pending, and the next call gets a new worker', async () => {
		const workers: PortWorker[] = [];
		const handle = new WorkerHandle<typeof api>('test', () => {
			const worker = new PortWorker();
			workers.push(worker);
			return worker;
		});
		const pending = handle.call((remote) => remote.never());
		await handle.call((remote) => remote.echo(1));
		workers[0]?.crash();
		await expect(pending).rejects.toMatchObject({
			code: 'DeviceLost',
			message: 'The test worker stopped (out of memory).',
		});
		expect(await handle.call((remote) => remote.echo('again'))).toBe('again');
		expect(workers).toHaveLength(2);
	});

	test('a call that is aborted rejects, and the worker serves the next one', async () => {
		const handle = new WorkerHandle<typeof api>('test', () => new PortWorker());
		const controller = new AbortController();
		const pending = handle.call((remote) => remote.never(), controller.signal);
		controller.abort();
		expect(isAbort(await pending.catch((thrown: unknown) => thrown))).toBe(true);
		expect(await handle.call((remote) => remote.echo(2))).toBe(2);
	});

	test('terminating rejects what is pending', async () => {
		const handle = new WorkerHandle<typeof api>('test', () => new PortWorker());
		const pending = handle.call((remote) => remote.never());
		await handle.call((remote) => remote.echo(1));
		await handle.terminate();
		await expect(pending).rejects.toMatchObject({ code: 'DeviceLost' });
	});
});
