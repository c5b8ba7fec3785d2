import type { Session, SourceFile } from './session.ts';

/** A file on the line of the session's time. */
export interface PlacedFile {
	readonly file: SourceFile;
	/** When it begins, in seconds of the central video. */
	readonly startSeconds: number;
}

/** The files that hold the session's sound: the central video alone or, where there is none, every track. */
export function soundFiles({ centralVideo, speakers }: Session): readonly PlacedFile[] {
	if (centralVideo) return [{ file: centralVideo, startSeconds: 0 }];
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
		const covers = ({ file, startSeconds }: PlacedFile): boolean =>
			startSeconds <= seconds && seconds < (this.#ends.get(file) ?? Infinity);
		const same = this.#files.find(({ file }) => file === current?.file);
		return (same && covers(same) ? same : this.#files.find(covers)) ?? null;
	}

	/** When the next file begins after a moment; null after the last. */
	nextStart(seconds: number): number | null {
		const starts = this.#files.map(({ startSeconds }) => startSeconds);
		return starts.findLast((start) => start > seconds) ?? null;
	}
}
