/** Averages of the picture as red, green and blue bytes, or the picture itself. */
export interface FramePicture {
	readonly kind: 'frame';
	readonly width: number;
	readonly height: number;
	/** Interleaved: `width * height * 3`. */
	readonly rgb: Uint8Array;
}

/** The picture that is to be seen now. */
export type Picture = { readonly kind: 'video'; readonly video: HTMLVideoElement } | FramePicture;

/** By what a file is played: the browser itself, or Confab's own decoding. */
export type PlayPath = 'browser' | 'webcodecs' | 'ffmpeg';

/** What the one who plays a file is told. */
export interface PlayingEvents {
	/** Another picture is there. */
	onPicture(): void;
	/** It began or stopped to wait for data, or came to its end. */
	onChange(): void;
	/** It cannot go on. */
	onFailed(error: unknown): void;
	/** The browser wants a click before it plays any sound. */
	onBlocked(): void;
}

/** What is wanted of a file. */
export interface PlayWish {
	readonly picture: boolean;
	readonly sound: boolean;
	/** Whether the picture may be had in more than a few averages. */
	readonly clear: boolean;
	/** 0 to 1. */
	readonly volume: number;
}

/** One file that is played. Times are seconds of the file. Whoever opened it closes it. */
export interface PlayingFile {
	readonly path: PlayPath;
	readonly durationSeconds: number;
	/** Size of its picture in its own pixels, or null. */
	readonly size: { readonly width: number; readonly height: number } | null;
	/** Where it is: where it was sent, as soon as it was sent there. */
	readonly seconds: number;
	/** Whether it would go on if it had more data. */
	readonly waiting: boolean;
	/** The picture at its place, or null before there is one. */
	readonly picture: Picture | null;
	seek(seconds: number): void;
	play(rate: number): void;
	pause(): void;
	setVolume(volume: number): void;
	setClear(clear: boolean): void;
	/** Called often while it plays. */
	advance(): void;
	close(): void;
}
