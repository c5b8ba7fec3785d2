import type { Session, SourceFile } from './session.ts';

/** A file on the line of the session's time. */
export interface PlacedFile {
	readonly file: SourceFile;
	/** When it begins, in seconds of the central video. */
	readonly startSeconds: number;
}

/** The files that hold the session's sound: the central video alone or, where there is none, every track. */
export function soundFiles({ recording, speakers }: Session): readonly PlacedFile[] {
	if (recording) return [{ file: recording, startSeconds: 0 }];
	return speakers.flatMap(({ id }) => speakerFiles({ speakers }, id));
}

/** The tracks of one speaker. */
export function speakerFiles(
	{ speakers }: Pick<Session, 'speakers'>,
	speakerId: string,
): readonly PlacedFile[] {
	const tracks = speakers.find(({ id }) => id === speakerId)?.tracks ?? [];
	return tracks.map(({ video, startSeconds }) => ({ file: video, startSeconds }));
}

/** How long a file that has ended stands for a moment that no other has: lengths are rounded. */
const lateSeconds = 0.3;

/** Which file there is for each moment. How long a file is, one learns when it is opened. */
export class FilePlan {
	/** The one that began last comes first: it is the likeliest to be still there. */
	readonly #files: readonly PlacedFile[];
	readonly #ends = new Map<SourceFile, number>();

	constructor(files: readonly PlacedFile[]) {
		this.#files = files.toSorted((a, b) => b.startSeconds - a.startSeconds);
	}

	/** Told of a file that was opened, or could not be (`durationSeconds` 0). */
	learn({ file, startSeconds }: PlacedFile, durationSeconds: number): void {
		this.#ends.set(file, startSeconds + durationSeconds);
	}

	/**
	 * The file for a moment; null where nothing was recorded.
	 *
	 * @param current goes on as long as it lasts.
	 */
	at(seconds: number, current: PlacedFile | null = null): PlacedFile | null {
		const covers = ({ file, startSeconds }: PlacedFile, late = 0): boolean =>
			startSeconds <= seconds && seconds < (this.#ends.get(file) ?? Infinity) + late;
		const same = this.#files.find(({ file }) => file === current?.file);
		if (same && covers(same)) return same;
		const next = this.#files.find((file) => covers(file));
		return next ?? (same && covers(same, lateSeconds) ? same : null);
	}

	/** When the next file begins after a moment; null after the last. */
	nextStart(seconds: number): number | null {
		const starts = this.#files.map(({ startSeconds }) => startSeconds);
		return starts.findLast((start) => start > seconds) ?? null;
	}
}
