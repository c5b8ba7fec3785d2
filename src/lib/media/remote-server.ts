import { deferred } from '../support/deferred.ts';
import { toWire } from '../support/error-wire.ts';
import { SerialQueue } from '../support/serial-queue.ts';
import { describeMedia } from './describe.ts';
import type { AudioBlock, FrameBlock, MediaSource } from './media-source.ts';
import { openMedia } from './open-media.ts';
import { CONNECTION } from './remote-protocol.ts';
import type { Reply, Request } from './remote-protocol.ts';

interface OpenFile {
	readonly controller: AbortController;
	source: MediaSource | null;
}

interface Stream {
	readonly controller: AbortController;
	readonly iterator: AsyncIterator<AudioBlock | FrameBlock>;
	/** Pulls are answered one after the other. */
	readonly pulls: SerialQueue;
}

/**
 * Decodes for whoever holds the other end of `port` (see `connectMedia`): each block is decoded when
 * it is asked for and its memory is handed over. When the port closes, everything opened through it
 * is closed.
 */
export function serveMedia(port: MessagePort): void {
	const server = new MediaServer(port);
	port.addEventListener('message', ({ data }: MessageEvent<Request>) => server.receive(data));
	port.addEventListener('close', () => server.leave());
	port.start();
	server.greet();
}

class MediaServer {
	readonly #port: MessagePort;
	readonly #files = new Map<number, OpenFile>();
	readonly #streams = new Map<number, Stream>();
	readonly #left = deferred<null>();

	constructor(port: MessagePort) {
		this.#port = port;
	}

	receive(request: Request): void {
		const { id } = request;
		switch (request.kind) {
			case 'open':
				void this.#open(request);
				break;
			case 'describe':
				void this.#describe(request);
				break;
			case 'close':
				this.#close(id);
				break;
			case 'audio': {
				const { start } = request;
				this.#start(id, request.media, (source, signal) => source.audio(signal, start));
				break;
			}
			case 'frames': {
				const { options } = request;
				this.#start(id, request.media, (source, signal) => source.frames({ ...options, signal }));
				break;
			}
			case 'pull':
				this.#pull(id);
				break;
			case 'stop':
				this.#stop(id);
				break;
			case 'leave':
				this.leave();
		}
	}

	/** Takes the lock that stands for this thread's life, then tells the client its name. */
	greet(): void {
		const lock = `confab-media-${crypto.randomUUID()}`;
		void navigator.locks.request(lock, () => {
			this.#send({ kind: 'serving', id: CONNECTION, lock });
			return this.#left.promise;
		});
	}

	/** Closes everything and gives the lock back. */
	leave(): void {
		this.#left.resolve(null);
		for (const id of [...this.#streams.keys()]) this.#stop(id);
		for (const id of [...this.#files.keys()]) this.#close(id);
	}

	#send(reply: Reply, transfer: Transferable[] = []): void {
		this.#port.postMessage(reply, transfer);
	}

	async #open({ id, blob, options }: Request & { kind: 'open' }): Promise<void> {
		const file: OpenFile = { controller: new AbortController(), source: null };
		this.#files.set(id, file);
		try {
			const source = await openMedia(blob, {
				...options,
				signal: file.controller.signal,
				onProblem: (problem) => this.#send({ kind: 'problem', id, problem }),
			});
			if (file.controller.signal.aborted) {
				await source.close();
				return;
			}
			file.source = source;
			this.#send({ kind: 'opened', id, info: source.info });
		} catch (error) {
			this.#files.delete(id);
			this.#send({ kind: 'error', id, error: toWire(error) });
		}
	}

	async #describe({ id, blob, options }: Request & { kind: 'describe' }): Promise<void> {
		const controller = new AbortController();
		this.#files.set(id, { controller, source: null });
		try {
			const { signal } = controller;
			const description = await describeMedia(blob, { ...options, signal });
			this.#send({ kind: 'described', id, description });
		} catch (error) {
			this.#send({ kind: 'error', id, error: toWire(error) });
		} finally {
			this.#files.delete(id);
		}
	}

	#close(id: number): void {
		const file = this.#files.get(id);
		this.#files.delete(id);
		file?.controller.abort();
		void file?.source?.close();
	}

	#start(
		id: number,
		media: number,
		begin: (source: MediaSource, signal: AbortSignal) => AsyncIterable<AudioBlock | FrameBlock>,
	): void {
		const source = this.#files.get(media)?.source;
		// A stream of a file that was closed meanwhile: its pulls find nothing and end.
		if (!source) return;
		const controller = new AbortController();
		const iterator = begin(source, controller.signal)[Symbol.asyncIterator]();
		this.#streams.set(id, { controller, iterator, pulls: new SerialQueue() });
	}

	#pull(id: number): void {
		const stream = this.#streams.get(id);
		if (!stream) {
			this.#send({ kind: 'end', id });
			return;
		}
		stream.pulls
			.run(() => stream.iterator.next())
			.then(({ done, value }) => {
				if (done === true) {
					this.#streams.delete(id);
					this.#send({ kind: 'end', id });
				} else {
					const memory = 'samples' in value ? value.samples.buffer : value.data.buffer;
					this.#send(
						{ kind: 'block', id, block: value },
						memory instanceof ArrayBuffer ? [memory] : [],
					);
				}
			})
			.catch((error: unknown) => {
				this.#streams.delete(id);
				this.#send({ kind: 'error', id, error: toWire(error) });
			});
	}

	#stop(id: number): void {
		const stream = this.#streams.get(id);
		this.#streams.delete(id);
		stream?.controller.abort();
		void stream?.iterator.return?.().catch(() => undefined);
	}
}
