import type { Problem } from '../support/errors.ts';
import type { WireError } from '../support/error-wire.ts';
import type {
	AudioBlock,
	FrameBlock,
	FrameOptions,
	MediaInfo,
	SoundStart,
} from './media-source.ts';
import type { MediaDescription } from './media-description.ts';
import type { OpenMediaOptions } from './open-media.ts';

/** What of the options can cross to another thread; the rest become messages. */
export type WireOpenOptions = Omit<OpenMediaOptions, 'signal' | 'onProblem'>;
export type WireFrameOptions = Omit<FrameOptions, 'signal'>;

/** Client to server. `id` names a file or a stream of one; both are numbered by the client. */
export type Request =
	| {
			readonly kind: 'open';
			readonly id: number;
			readonly blob: Blob;
			readonly options: WireOpenOptions;
	  }
	/** Describes a file; `close` aborts it. */
	| {
			readonly kind: 'describe';
			readonly id: number;
			readonly blob: Blob;
			readonly options: WireOpenOptions;
	  }
	/** Aborts opening the file, or closes it when it is open. */
	| { readonly kind: 'close'; readonly id: number }
	| {
			readonly kind: 'audio';
			readonly id: number;
			readonly media: number;
			readonly start: SoundStart;
	  }
	| {
			readonly kind: 'frames';
			readonly id: number;
			readonly media: number;
			readonly options: WireFrameOptions;
	  }
	/** Asks a stream for one block more. */
	| { readonly kind: 'pull'; readonly id: number }
	/** Ends a stream before its time. */
	| { readonly kind: 'stop'; readonly id: number }
	/** The client has closed: so is everything it opened. */
	| { readonly kind: 'leave'; readonly id: number };

/** The id of what concerns no file and no stream. */
export const CONNECTION = -1;

/** Server to client: one answer to each `open`, `describe` and `pull`, and problems at any time. */
export type Reply =
	/**
	 * Sent first. The server holds the Web Lock of this name for as long as its thread lives, so the
	 * client that waits for it learns of the thread's end, a crash included; ports do not tell.
	 */
	| { readonly kind: 'serving'; readonly id: number; readonly lock: string }
	| { readonly kind: 'opened'; readonly id: number; readonly info: MediaInfo }
	| { readonly kind: 'described'; readonly id: number; readonly description: MediaDescription }
	| { readonly kind: 'problem'; readonly id: number; readonly problem: Problem }
	| { readonly kind: 'block'; readonly id: number; readonly block: AudioBlock | FrameBlock }
	| { readonly kind: 'end'; readonly id: number }
	| { readonly kind: 'error'; readonly id: number; readonly error: WireError };
