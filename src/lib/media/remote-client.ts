import { untilAborted } from '../support/abort.ts';
import { deferred } from '../support/deferred.ts';
import { fromWire } from '../support/error-wire.ts';
import { ConfabError } from '../support/errors.ts';
import type {
	AudioBlock,
	FrameBlock,
	FrameOptions,
	MediaInfo,
	MediaSource,
	SoundStart,
} from './media-source.ts';
import type { MediaDescription } from './media-description.ts';
import type { OpenMediaOptions } from './open-media.ts';
import { CONNECTION } from './remote-protocol.ts';
import type { Reply, Request } from './remote-protocol.ts';

/** Opens files on another thread. */
export interface MediaClient {
	/** As `openMedia`. @throws ConfabError `DeviceLost` when the other thread is gone, too. */
	open(blob: Blob, options: OpenMediaOptions): Promise<MediaSource>;
	/** As `describeMedia`. @throws ConfabError `DeviceLost` when the other thread is gone, too. */
	describe(blob: Blob, options: OpenMediaOptions): Promise<MediaDescription>;
	/** Lets go of the other thread: what is open is closed, what is pending rejects. */
	close(): void;
}

/** Blocks asked for ahead, so that decoding goes on while the caller works on a block. */
const LOOK_AHEAD = 2;

/** A client of the thread that called `serveMedia` with the other end of `port`. */
export function connectMedia(port: MessagePort): MediaClient {
	const line = new Line(port);
	return {
		open: (blob, options) => openRemote(line, blob, options),
		describe: (blob, options) => describeRemote(line, blob, options),
		close: () => line.close(),
	};
}

/** Sends requests and hands each reply to whoever waits for it; knows when the other side is gone. */
class Line {
	readonly #port: MessagePort;
	readonly #receivers = new Map<number, (reply: Reply) => void>();
	readonly #lost = deferred<never>();
	#gone: ConfabError | null = null;
	#count = 0;

	constructor(port: MessagePort) {
		this.#port = port;
		// Who waits races against it; that nobody waits is fine.
		this.#lost.promise.catch(() => undefined);
		port.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
			this.#receivers.get(data.id)?.(data);
		});
		const stopped = (): void => this.#lose('the thread that decodes media stopped');
		port.addEventListener('close', stopped);
		this.#receivers.set(CONNECTION, (reply) => {
			if (reply.kind === 'serving') void navigator.locks.request(reply.lock, stopped);
		});
		port.start();
	}

	/** Listens for replies to a new id. */
	listen(receive: (reply: Reply) => void): number {
		const id = this.#count++;
		this.#receivers.set(id, receive);
		return id;
	}

	/** Stops listening to an id. */
	forget(id: number): void {
		this.#receivers.delete(id);
	}

	/** Sends nothing when the other side is gone: the waiting side rejects anyway. */
	send(request: Request): void {
		if (!this.#gone) this.#port.postMessage(request);
	}

	/** The promise, or a rejection when the other side goes away before. */
	untilLost<T>(promise: Promise<T>): Promise<T> {
		return Promise.race([promise, this.#lost.promise]);
	}

	close(): void {
		this.send({ kind: 'leave', id: CONNECTION });
		this.#port.close();
		this.#lose('the connection to the thread that decodes media was closed');
	}

	#lose(message: string): void {
		this.#gone ??= new ConfabError('DeviceLost', message);
		this.#lost.reject(this.#gone);
	}
}

async function openRemote(
	line: Line,
	blob: Blob,
	{ signal, onProblem, ...options }: OpenMediaOptions,
): Promise<MediaSource> {
	signal?.throwIfAborted();
	const answer = deferred<MediaInfo>();
	const id = line.listen((reply) => {
		if (reply.kind === 'opened') answer.resolve(reply.info);
		else if (reply.kind === 'error') answer.reject(fromWire(reply.error));
		else if (reply.kind === 'problem') onProblem?.(reply.problem);
	});
	line.send({ kind: 'open', id, blob, options });
	try {
		const info = await untilAborted(line.untilLost(answer.promise), signal);
		return new RemoteMedia(line, id, info);
	} catch (error) {
		line.send({ kind: 'close', id });
		line.forget(id);
		throw error;
	}
}

async function describeRemote(
	line: Line,
	blob: Blob,
	{ signal, onProblem: _, ...options }: OpenMediaOptions,
): Promise<MediaDescription> {
	signal?.throwIfAborted();
	const answer = deferred<MediaDescription>();
	const id = line.listen((reply) => {
		if (reply.kind === 'described') answer.resolve(reply.description);
		else if (reply.kind === 'error') answer.reject(fromWire(reply.error));
	});
	line.send({ kind: 'describe', id, blob, options });
	try {
		return await untilAborted(line.untilLost(answer.promise), signal);
	} finally {
		line.send({ kind: 'close', id });
		line.forget(id);
	}
}

/** Tells blocks of one kind from those of the other, as one stream only ever gives one. */
function isAudio(block: AudioBlock | FrameBlock): block is AudioBlock {
	return 'samples' in block;
}

class RemoteMedia implements MediaSource {
	readonly info: MediaInfo;
	readonly #line: Line;
	readonly #id: number;

	constructor(line: Line, id: number, info: MediaInfo) {
		this.#line = line;
		this.#id = id;
		this.info = info;
	}

	async *audio(
		signal?: AbortSignal,
		start: SoundStart = {},
	): AsyncGenerator<AudioBlock, void, undefined> {
		const begin = (id: number): Request => ({ kind: 'audio', id, media: this.#id, start });
		for await (const block of this.#stream(begin, signal)) {
			if (isAudio(block)) yield block;
		}
	}

	async *frames({ signal, ...options }: FrameOptions = {}): AsyncGenerator<
		FrameBlock,
		void,
		undefined
	> {
		const begin = (id: number): Request => ({ kind: 'frames', id, media: this.#id, options });
		for await (const block of this.#stream(begin, signal)) {
			if (!isAudio(block)) yield block;
		}
	}

	close(): Promise<void> {
		this.#line.send({ kind: 'close', id: this.#id });
		this.#line.forget(this.#id);
		return Promise.resolve();
	}

	async *#stream(
		begin: (id: number) => Request,
		signal: AbortSignal | undefined,
	): AsyncGenerator<AudioBlock | FrameBlock, void, undefined> {
		signal?.throwIfAborted();
		const inbox: Reply[] = [];
		let arrived = deferred<null>();
		const id = this.#line.listen((reply) => {
			inbox.push(reply);
			arrived.resolve(null);
		});
		this.#line.send(begin(id));
		for (let i = 0; i < LOOK_AHEAD; i++) this.#line.send({ kind: 'pull', id });
		try {
			for (;;) {
				const reply = inbox.shift();
				if (!reply) {
					await untilAborted(this.#line.untilLost(arrived.promise), signal);
					arrived = deferred();
				} else if (reply.kind === 'block') {
					this.#line.send({ kind: 'pull', id });
					yield reply.block;
					signal?.throwIfAborted();
				} else if (reply.kind === 'error') {
					throw fromWire(reply.error);
				} else if (reply.kind === 'end') {
					return;
				}
			}
		} finally {
			this.#line.send({ kind: 'stop', id });
			this.#line.forget(id);
		}
	}
}
