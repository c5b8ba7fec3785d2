import type { FacePath } from '../domain/face-path.ts';
import type { Peaks } from '../domain/peaks.ts';
import type { Session, SourceFile, Track } from '../domain/session.ts';
import type { MediaDescription } from '../media/media-description.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { SlowOptions } from '../support/progress.ts';

/** What playing a session's recordings and drawing their sound needs. */
export interface PlaybackClient {
	/**
	 * Opens a file for decoding on another thread, for what the browser does not play by itself. The
	 * caller closes it.
	 *
	 * @throws ConfabError `UnsupportedMedia`, `DeviceLost`; the signal's reason.
	 */
	openMedia(file: SourceFile, signal?: AbortSignal): Promise<MediaSource>;
	/**
	 * What a file holds, found without decoding it.
	 *
	 * @throws ConfabError `UnsupportedMedia` when no decoder knows it, with why; the signal's reason.
	 */
	describe(file: SourceFile, signal?: AbortSignal): Promise<MediaDescription>;
	/**
	 * Where the face of a track is over time; null for a track without boxes.
	 *
	 * @throws ConfabError `InvalidSession` when the file of boxes is none; the signal's reason.
	 */
	facePath(track: Track, signal?: AbortSignal): Promise<FacePath | null>;
	/**
	 * The waveform of the session's sound: that of its central video or, in a session without one, of its
	 * tracks. Kept until the page is closed.
	 *
	 * @throws ConfabError `UnsupportedMedia`, `DeviceLost`; the signal's reason.
	 */
	peaks(session: Session, options: SlowOptions): Promise<Peaks>;
}
