import { FilePlan, type PlacedFile } from '../../domain/placed-files.ts';
import type { PlaybackClient } from '../../state/playback-client.ts';
import { openDecodedFile } from './decoded-file.ts';
import { openElementFile, SilentFile } from './element-file.ts';
import type { PlayingEvents, PlayingFile, PlayWish } from './playing-file.ts';

/** Where the session is, and whether it moves. */
export interface ChannelClock {
	readonly seconds: number;
	/** The speed, or 0 while nothing moves. */
	readonly rate: number;
}

export interface ChannelOptions {
	readonly client: PlaybackClient;
	readonly wish: () => PlayWish;
	readonly clock: () => ChannelClock;
	/** Another picture is there. */
	readonly onPicture: () => void;
	/** Something else about it has changed. */
	readonly onChange: () => void;
	readonly onBlocked: () => void;
}

/** Plays one file after the other, each at its place in the session. One of them is open at a time. */
export class FileChannel {
	readonly #plan: FilePlan;
	readonly #options: ChannelOptions;
	/** Files that the browser has failed at. */
	readonly #hard = new Set<PlacedFile['file']>();
	#placed: PlacedFile | null = null;
	#playing: PlayingFile | null = null;
	#opening: AbortController | null = null;
	#failure: { readonly file: string; readonly error: unknown } | null = null;

	constructor(files: readonly PlacedFile[], options: ChannelOptions) {
		this.#plan = new FilePlan(files);
		this.#options = options;
	}

	/** What is open; null while nothing is. */
	get playing(): PlayingFile | null {
		return this.#playing;
	}

	/** Whether a file is being opened. */
	get opening(): boolean {
		return this.#opening !== null;
	}

	/** The file of this moment, which could not be played. */
	get failure(): { readonly file: string; readonly error: unknown } | null {
		return this.#failure;
	}

	/** When the open file begins, in seconds of the session. */
	get startSeconds(): number {
		return this.#placed?.startSeconds ?? 0;
	}

	/** Where the open file is, in seconds of the session; null while none is open. */
	get seconds(): number | null {
		return this.#playing && this.startSeconds + this.#playing.seconds;
	}

	/** Sees to it that the file of a moment is open, and no other. */
	ensure(seconds: number): void {
		const wanted = this.#plan.at(seconds, this.#placed);
		if (wanted?.file === this.#placed?.file) return;
		this.#let();
		this.#placed = wanted;
		if (wanted) void this.#open(wanted);
	}

	/** Goes to a moment of the session. */
	seek(seconds: number): void {
		this.ensure(seconds);
		this.#playing?.seek(seconds - this.startSeconds);
	}

	close(): void {
		this.#let();
		this.#placed = null;
	}

	#let(): void {
		this.#opening?.abort();
		this.#opening = null;
		this.#playing?.close();
		this.#playing = null;
	}

	async #open(placed: PlacedFile): Promise<void> {
		const abort = new AbortController();
		this.#opening = abort;
		this.#failure = null;
		this.#options.onChange();
		try {
			const playing = await this.#openFile(placed, abort.signal);
			if (abort.signal.aborted) {
				playing.close();
				return;
			}
			this.#playing = playing;
			this.#opening = null;
			this.#plan.learn(placed, playing.durationSeconds);
			const { seconds, rate } = this.#options.clock();
			// A track that has ended before: perhaps another goes on.
			this.ensure(seconds);
			if (this.#playing !== playing) return;
			playing.seek(seconds - placed.startSeconds);
			if (rate > 0) playing.play(rate);
		} catch (error) {
			if (abort.signal.aborted) return;
			this.#opening = null;
			this.#fail(placed, error);
		}
		this.#options.onChange();
	}

	#fail(placed: PlacedFile, error: unknown): void {
		this.#let();
		this.#failure = { file: placed.file.path, error };
		this.#plan.learn(placed, 0);
		const other = this.#plan.at(this.#options.clock().seconds);
		this.#placed = other ?? placed;
		if (other) void this.#open(other);
	}

	async #openFile(placed: PlacedFile, signal: AbortSignal): Promise<PlayingFile> {
		const { client, wish } = this.#options;
		const { file } = placed;
		let self: PlayingFile | null = null;
		const events: PlayingEvents = {
			onPicture: () => this.#options.onPicture(),
			onChange: () => this.#options.onChange(),
			onBlocked: () => this.#options.onBlocked(),
			onFailed: (error) => {
				if (self === null || self !== this.#playing) return;
				void this.#recover(placed, self, error);
			},
		};
		// The browser plays no sound track but the default one.
		if (!this.#hard.has(file) && file.audioTrack === undefined) {
			const blob = await file.open(signal);
			try {
				self = await openElementFile(blob, wish(), events, signal);
				return self;
			} catch (error) {
				signal.throwIfAborted();
				// What the browser says of a file it cannot play is of no use; the media room knows more.
				this.#hard.add(file);
			}
		}
		self = await openDecodedFile(file, client, wish(), events, signal);
		return self;
	}

	/** Goes on by the media room where the browser has given up; where that gives up, nobody can. */
	async #recover(placed: PlacedFile, failed: PlayingFile, error: unknown): Promise<void> {
		if (failed.path !== 'browser') {
			this.#fail(placed, error);
			this.#options.onChange();
			return;
		}
		if (error instanceof SilentFile && !(await this.#hasSound(placed))) return;
		if (failed !== this.#playing) return;
		this.#hard.add(placed.file);
		this.#let();
		await this.#open(placed);
	}

	async #hasSound({ file }: PlacedFile): Promise<boolean> {
		const source = await this.#options.client.openMedia(file).catch(() => null);
		const has = source?.info.audio != null;
		await source?.close();
		return has;
	}
}
