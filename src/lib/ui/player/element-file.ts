import { untilAborted } from '../../support/abort.ts';
import type { Picture, PlayingEvents, PlayingFile, PlayWish } from './playing-file.ts';

/** How long a browser gets to say what a file is, in milliseconds. */
const patienceMilliseconds = 15_000;
/** A place that lies on the edge of two frames is meant as the later one. */
const edgeSeconds = 0.001;
/** Seconds after which sound that a browser can decode has been decoded. */
const soundPatienceSeconds = 1.5;

/** Chromium says how much sound it has decoded: none, where it does not know the codec. */
interface CountsSound extends HTMLMediaElement {
	readonly webkitAudioDecodedByteCount?: number;
}

/**
 * A file that the browser plays itself, by an element that is never part of the page.
 *
 * @throws Error when the browser cannot play what is wanted of it; the signal's reason.
 */
export async function openElementFile(
	blob: Blob,
	wish: PlayWish,
	events: PlayingEvents,
	signal: AbortSignal,
): Promise<PlayingFile> {
	signal.throwIfAborted();
	const file = new ElementFile(blob, wish, events);
	try {
		await file.ready(signal);
		return file;
	} catch (error) {
		file.close();
		throw error;
	}
}

class ElementFile implements PlayingFile {
	readonly path = 'browser';
	readonly #element: HTMLMediaElement;
	readonly #video: HTMLVideoElement | null;
	readonly #url: string;
	readonly #wish: PlayWish;
	readonly #events: PlayingEvents;
	readonly #closing = new AbortController();
	/** Where it was sent last, and where the browser is on its way to. */
	#target: number | null = null;
	#gone: number | null = null;
	#playing = false;
	#playedSeconds = 0;
	#lastSeconds = 0;
	#soundChecked = false;

	constructor(blob: Blob, wish: PlayWish, events: PlayingEvents) {
		this.#wish = wish;
		this.#events = events;
		this.#url = URL.createObjectURL(blob);
		this.#video = wish.picture ? document.createElement('video') : null;
		this.#element = this.#video ?? document.createElement('audio');
		if (this.#video) {
			// Nothing may take the picture out of the canvas.
			this.#video.disablePictureInPicture = true;
			this.#video.playsInline = true;
		}
		this.#element.disableRemotePlayback = true;
		this.#element.preload = 'auto';
		this.#element.muted = !wish.sound || wish.volume === 0;
		this.#element.volume = wish.volume;
		this.#element.src = this.#url;
	}

	/** Settles when it can be played, or cannot. */
	async ready(signal: AbortSignal): Promise<void> {
		const limits = [signal, this.#closing.signal, AbortSignal.timeout(patienceMilliseconds)];
		await untilAborted(
			new Promise<void>((resolve, reject) => {
				const once = { once: true, signal: this.#closing.signal };
				this.#element.addEventListener('loadeddata', () => resolve(), once);
				this.#element.addEventListener('error', () => reject(this.#error()), once);
			}),
			AbortSignal.any(limits),
		);
		if (this.#video?.videoWidth === 0) throw new Error('The browser sees no picture in it.');
		if (!Number.isFinite(this.#element.duration))
			throw new Error('It does not say how long it is.');
		this.#listen();
	}

	get durationSeconds(): number {
		return this.#element.duration;
	}

	get size(): { width: number; height: number } | null {
		const video = this.#video;
		return video && { width: video.videoWidth, height: video.videoHeight };
	}

	get seconds(): number {
		return this.#target ?? this.#element.currentTime;
	}

	get waiting(): boolean {
		const { readyState, seeking, ended } = this.#element;
		return !ended && (seeking || readyState < HTMLMediaElement.HAVE_FUTURE_DATA);
	}

	get picture(): Picture | null {
		const video = this.#video;
		const there = video && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
		return there ? { kind: 'video', video } : null;
	}

	seek(seconds: number): void {
		const inside = Math.min(Math.max(0, seconds), this.#element.duration);
		// While it seeks, only the last place that was asked for counts.
		this.#target = inside;
		if (!this.#element.seeking) this.#go(inside);
	}

	play(rate: number): void {
		this.#playing = true;
		this.#element.playbackRate = rate;
		if (!this.#element.paused || this.#element.ended) return;
		this.#element.play().catch((error: unknown) => {
			// A pause in between is no failure; other faults come as an event of their own.
			if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
			this.#playing = false;
			this.#events.onBlocked();
		});
	}

	pause(): void {
		this.#playing = false;
		this.#element.pause();
	}

	setVolume(volume: number): void {
		this.#element.volume = volume;
		this.#element.muted = !this.#wish.sound || volume === 0;
	}

	setClear(): void {
		// The browser decodes whole pictures; what is drawn of them is the painter's.
	}

	advance(): void {
		if (this.#soundChecked || !this.#wish.sound || !this.#playing) return;
		const { currentTime } = this.#element;
		this.#playedSeconds += Math.min(0.5, Math.max(0, currentTime - this.#lastSeconds));
		this.#lastSeconds = currentTime;
		if (this.#playedSeconds < soundPatienceSeconds) return;
		this.#soundChecked = true;
		const { webkitAudioDecodedByteCount: bytes } = this.#element as CountsSound;
		if (bytes === 0) this.#events.onFailed(new SilentFile('The browser hears no sound in it.'));
	}

	close(): void {
		this.#closing.abort();
		this.#playing = false;
		this.#element.pause();
		this.#element.removeAttribute('src');
		this.#element.load();
		URL.revokeObjectURL(this.#url);
	}

	#go(seconds: number): void {
		this.#gone = seconds;
		this.#element.currentTime = Math.min(this.#element.duration, seconds + edgeSeconds);
	}

	#listen(): void {
		const { signal } = this.#closing;
		const listen = (name: string, listener: () => void): void =>
			this.#element.addEventListener(name, listener, { signal });
		listen('seeked', () => {
			// Somewhere else was asked for meanwhile.
			if (this.#target !== null && this.#target !== this.#gone) {
				this.#go(this.#target);
				return;
			}
			this.#target = null;
			this.#events.onPicture();
			this.#events.onChange();
			if (this.#playing && this.#element.paused) this.play(this.#element.playbackRate);
		});
		for (const name of ['waiting', 'playing', 'canplay', 'stalled', 'ended', 'pause']) {
			listen(name, () => this.#events.onChange());
		}
		listen('error', () => this.#events.onFailed(this.#error()));
		this.#follow();
	}

	/** Tells of every picture that the browser comes to. */
	#follow(): void {
		const video = this.#video;
		if (!video) return;
		const onFrame = (): void => {
			if (this.#closing.signal.aborted) return;
			this.#events.onPicture();
			video.requestVideoFrameCallback(onFrame);
		};
		video.requestVideoFrameCallback(onFrame);
	}

	#error(): Error {
		const { error } = this.#element;
		return new Error(`The browser cannot play it (${error?.message ?? 'no reason given'}).`);
	}
}

/** The browser plays a file without its sound; whether it has any, the media room knows. */
export class SilentFile extends Error {
	override readonly name = 'SilentFile';
}
