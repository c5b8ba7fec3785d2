import type { Peaks } from '../domain/peaks.ts';
import { FilePlan, soundFiles } from '../domain/placed-files.ts';
import type { Session } from '../domain/session.ts';
import type { MediaSource } from '../media/media-source.ts';
import { connectMedia, type MediaClient } from '../media/remote-client.ts';
import type { PlaybackClient } from '../state/playback-client.ts';
import type { OnProgress, SlowOptions } from '../support/progress.ts';
import type { MediaApi, SoundFile } from '../workers/media.worker.ts';
import { proxy, transfer, WorkerHandle } from '../workers/rpc/index.ts';

/** The worker ends after this time without use. */
const idleMilliseconds = 30_000;

/** Sessions whose waveforms are kept; one of three hours takes 9 MB. */
const keptPeaks = 4;

/**
 * Playback has a media worker of its own: a file that brings it down does not end a run, and a run that
 * ends does not stop what is played.
 *
 * @param idle milliseconds without use after which the worker ends.
 */
export function createPlaybackClient(idle = idleMilliseconds): PlaybackClient {
	let connection: Promise<MediaClient> | null = null;
	const worker = new WorkerHandle<MediaApi>(
		'playback',
		() => new Worker(new URL('../workers/media.worker.ts', import.meta.url), { type: 'module' }),
		{ onEnd: () => (connection = null) },
	);
	const kept = new Map<string, Peaks>();
	let users = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;

	const begin = (): void => {
		users += 1;
		clearTimeout(timer);
	};
	const end = (): void => {
		users -= 1;
		if (users === 0) timer = setTimeout(() => void worker.terminate(), idle);
	};
	const using = async <T>(use: () => Promise<T>): Promise<T> => {
		begin();
		try {
			return await use();
		} finally {
			end();
		}
	};
	const connect = async (): Promise<MediaClient> => {
		const { port1, port2 } = new MessageChannel();
		await worker.call((remote) => remote.connect(transfer(port1, [port1])));
		return connectMedia(port2);
	};
	const client = (): Promise<MediaClient> => {
		connection ??= connect().catch((error: unknown) => {
			connection = null;
			throw error;
		});
		return connection;
	};

	return {
		openMedia: async (file, signal) => {
			begin();
			try {
				const blob = await file.open(signal);
				const { path: name, audioTrack } = file;
				const source = await (await client()).open(blob, { name, audioTrack, signal });
				return closing(source, end);
			} catch (error) {
				end();
				throw error;
			}
		},
		describe: (file, signal) =>
			using(async () => {
				const blob = await file.open(signal);
				const { path: name, audioTrack } = file;
				return (await client()).describe(blob, { name, audioTrack, signal });
			}),
		facePath: async ({ boxes }, signal) => {
			if (!boxes) return null;
			return using(async () => {
				const blob = await boxes.open(signal);
				return worker.call((remote) => remote.facePath(blob, boxes.path), signal);
			});
		},
		peaks: (session, options) =>
			using(async () => {
				const known = kept.get(session.id);
				if (known) return known;
				const { signal = new AbortController().signal } = options;
				const peaks = await sessionPeaks(session, options, (blob, file, onProgress) =>
					worker.call((remote) => remote.peaks(blob, file, proxy(onProgress), signal), signal),
				);
				kept.set(session.id, peaks);
				for (const [oldest] of kept) if (kept.size > keptPeaks) kept.delete(oldest);
				return peaks;
			}),
	};
}

/** The source, which tells once when it is closed. */
function closing(source: MediaSource, onClose: () => void): MediaSource {
	let open = true;
	return {
		info: source.info,
		audio: (signal, start) => source.audio(signal, start),
		frames: (options) => source.frames(options),
		close: async () => {
			if (open) onClose();
			open = false;
			await source.close();
		},
	};
}

/** The waveforms of as many files as it takes, each in its place. */
async function sessionPeaks(
	session: Session,
	{ signal, onProgress }: SlowOptions,
	measure: (blob: Blob, file: SoundFile, onProgress: OnProgress) => Promise<Peaks>,
): Promise<Peaks> {
	const plan = new FilePlan(soundFiles(session));
	const parts: { readonly startSeconds: number; readonly peaks: Peaks }[] = [];
	let seconds: number | null = 0;
	while (seconds !== null) {
		const placed = plan.at(seconds);
		if (!placed) {
			seconds = plan.nextStart(seconds);
			continue;
		}
		const { file, startSeconds } = placed;
		const { path: name, audioTrack } = file;
		const peaks = await measure(await file.open(signal), { name, audioTrack }, (progress) =>
			onProgress?.({
				...progress,
				done: startSeconds + progress.done,
				total: startSeconds + progress.total,
			}),
		);
		const length = peaks.maximum.length / peaks.rateHz;
		plan.learn(placed, length);
		parts.push({ startSeconds, peaks });
		seconds = Math.max(seconds, startSeconds + length);
	}
	return joined(parts);
}

/** Parts on one line; the later one counts where two overlap. */
function joined(parts: readonly { readonly startSeconds: number; readonly peaks: Peaks }[]): Peaks {
	const [only] = parts;
	if (parts.length === 1 && only?.startSeconds === 0) return only.peaks;
	const rateHz = only?.peaks.rateHz ?? 1;
	const places = parts.map(({ startSeconds, peaks }) => ({
		first: Math.round(startSeconds * rateHz),
		peaks,
	}));
	const length = Math.max(0, ...places.map(({ first, peaks }) => first + peaks.maximum.length));
	const minimum = new Float32Array(length);
	const maximum = new Float32Array(length);
	for (const { first, peaks } of places) {
		minimum.set(peaks.minimum, first);
		maximum.set(peaks.maximum, first);
	}
	return { rateHz, minimum, maximum };
}
