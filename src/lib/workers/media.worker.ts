import { expose, transfer } from 'comlink';
import { type FacePath, facePathOf } from '../domain/face-path.ts';
import type { Peaks } from '../domain/peaks.ts';
import { readBoxes } from '../formats/index.ts';
import { measurePeaks } from '../media/measure-peaks.ts';
import { openMedia, type OpenMediaOptions } from '../media/open-media.ts';
import { serveMedia } from '../media/remote.ts';
import type { OnProgress } from '../support/progress.ts';
import { reportRequests } from '../support/request-report.ts';
import { installTransferHandlers } from './rpc/transfer-handlers.ts';

/** The name of a file, for messages, and which of its sound tracks is meant. */
export type SoundFile = Pick<OpenMediaOptions, 'name' | 'audioTrack'>;

/** What the media worker answers to. */
export interface MediaApi {
	/** Serves decoding to whoever holds the other end. */
	connect(port: MessagePort): void;
	/** The waveform of a file's sound. */
	peaks(blob: Blob, file: SoundFile, onProgress: OnProgress, signal: AbortSignal): Promise<Peaks>;
	/** Reads a file of face boxes. */
	facePath(blob: Blob, path: string): Promise<FacePath | null>;
}

const api: MediaApi = {
	connect: (port) => {
		serveMedia(port);
	},
	peaks: async (blob, file, onProgress, signal) => {
		const source = await openMedia(blob, { ...file, signal });
		try {
			const peaks = await measurePeaks(source, { signal, onProgress });
			return transfer(peaks, buffersOf(peaks.minimum, peaks.maximum));
		} finally {
			await source.close();
		}
	},
	facePath: async (blob, path) => {
		const boxes = await readBoxes({ path, size: blob.size, open: () => Promise.resolve(blob) });
		const facePath = facePathOf(boxes);
		return facePath && transfer(facePath, buffersOf(facePath.corners));
	},
};

function buffersOf(...arrays: readonly Float32Array[]): Transferable[] {
	return arrays.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

reportRequests('media');
installTransferHandlers();
expose(api);
