import { frameRateHz, type SourceFile, sampleRateHz } from '../../domain/session.ts';
import type { AudioBlock, FrameBlock, MediaSource } from '../../media/media-source.ts';
import type { PlaybackClient } from '../../state/playback-client.ts';
import { isAbort, untilAborted } from '../../support/abort.ts';
import { type Deferred, deferred } from '../../support/deferred.ts';
import { blurredSize, fittedSize, type Size } from './blurred-size.ts';
import type { FramePicture, PlayingEvents, PlayingFile, PlayWish } from './playing-file.ts';
import { SoundLineOut } from './sound-line-out.ts';

/** Largest picture that is decoded to be looked at. */
const clearLimit: Size = { width: 640, height: 360 };
/** A blurred picture is decoded at this many times its size, and averaged here. */
const blurredDetail = 4;

/** What is kept ahead of what is heard and seen, in seconds: 10 MB at the most. */
const soundAheadSeconds = 5;
const framesAhead = 15;
const blockFrames = 5;
/** Decoding starts again where one comes to rest, not at every place one is dragged over. */
const restMilliseconds = 150;
/** What must be there before it goes on after it had to wait, in seconds. */
const resumeSeconds = 0.4;

/**
 * A file that Confab decodes because the browser does not play it: frames and sound come from the media
 * worker as they are needed, and no faster. Nothing is decoded before it is sent to a place.
 *
 * @throws ConfabError `UnsupportedMedia` when it cannot be decoded, or holds nothing of what is wanted.
 */
export async function openDecodedFile(
	file: SourceFile,
	client: PlaybackClient,
	wish: PlayWish,
	events: PlayingEvents,
	signal: AbortSignal,
): Promise<PlayingFile> {
	const source = await client.openMedia(file, signal);
	return new DecodedFile(source, wish, events);
}

/** What is decoded from one place on. */
interface Stream {
	readonly abort: AbortController;
	readonly sound: AudioBlock[];
	readonly frames: { readonly index: number; readonly picture: FramePicture }[];
	soundEnded: boolean;
	framesEnded: boolean;
	/** Settles when there may be room for more. */
	room: Deferred<null>;
}

class DecodedFile implements PlayingFile {
	readonly path: 'webcodecs' | 'ffmpeg';
	readonly durationSeconds: number;
	readonly size: Size | null;
	readonly #source: MediaSource;
	readonly #events: PlayingEvents;
	readonly #out: SoundLineOut;
	readonly #hasSound: boolean;
	#clear: boolean;
	#rate = 1;
	#playing = false;
	#stream: Stream | null = null;
	#picture: FramePicture | null = null;
	#closed = false;
	#soughtAt = -Infinity;
	#rest: ReturnType<typeof setTimeout> | undefined;

	constructor(source: MediaSource, wish: PlayWish, events: PlayingEvents) {
		const { video, audio, decoder, durationSeconds } = source.info;
		this.#source = source;
		this.#events = events;
		this.path = decoder;
		this.durationSeconds = durationSeconds;
		this.size = wish.picture && video ? { width: video.width, height: video.height } : null;
		this.#hasSound = wish.sound && audio !== null;
		this.#clear = wish.clear;
		this.#out = new SoundLineOut(wish.volume);
	}

	get seconds(): number {
		return Math.min(this.#out.seconds, this.durationSeconds);
	}

	get waiting(): boolean {
		return !this.#has(this.#playing && !this.#out.running ? resumeSeconds : 0);
	}

	get picture(): FramePicture | null {
		return this.#picture;
	}

	seek(seconds: number): void {
		this.#out.place(Math.min(Math.max(0, seconds), this.durationSeconds));
		const now = performance.now();
		const dragged = now - this.#soughtAt < restMilliseconds;
		this.#soughtAt = now;
		clearTimeout(this.#rest);
		if (!dragged) {
			this.#decodeFrom(this.seconds);
			return;
		}
		this.#stop();
		this.#rest = setTimeout(() => this.#decodeFrom(this.seconds), restMilliseconds);
	}

	play(rate: number): void {
		this.#playing = true;
		this.#rate = rate;
		if (this.#out.running) this.#run();
		this.advance();
	}

	pause(): void {
		this.#playing = false;
		this.#out.stop();
	}

	setVolume(volume: number): void {
		this.#out.setVolume(volume);
	}

	setClear(clear: boolean): void {
		if (clear === this.#clear) return;
		this.#clear = clear;
		// The one that is there stays until another comes: what is drawn of it is the painter's.
		if (this.size) this.seek(this.seconds);
	}

	/** Shows what is due, waits where something is missing, and asks for more. */
	advance(): void {
		const stream = this.#stream;
		if (this.#closed || !stream) return;
		const { seconds } = this;
		const ended = seconds >= this.durationSeconds;
		if (this.#playing && !this.#out.running && !ended && this.#has(resumeSeconds)) this.#run();
		else if (this.#out.running && (ended || !this.#has(0))) this.#out.stop();
		this.#show(stream, seconds);
		const heard = stream.sound.findIndex((block) => endOf(block) > seconds);
		stream.sound.splice(0, heard < 0 ? stream.sound.length : heard);
		const { room } = stream;
		stream.room = deferred();
		room.resolve(null);
	}

	close(): void {
		this.#closed = true;
		this.#playing = false;
		clearTimeout(this.#rest);
		this.#stop();
		this.#picture = null;
		this.#out.close();
		void this.#source.close();
	}

	/** Goes on from where it is, with what is there. */
	#run(): void {
		const { seconds } = this;
		this.#out.start(seconds, this.#rate, () => this.#events.onBlocked());
		for (const block of this.#stream?.sound ?? []) this.#out.schedule(block);
	}

	/** Whether sound and picture of the next so many seconds are there. */
	#has(ahead: number): boolean {
		const stream = this.#stream;
		if (!stream) return false;
		const until = Math.min(this.seconds + ahead, this.durationSeconds);
		const lastFrame = stream.frames.at(-1)?.index ?? -1;
		const lastBlock = stream.sound.at(-1);
		const sound = !this.#hasSound || stream.soundEnded || (lastBlock && endOf(lastBlock) >= until);
		const picture =
			!this.size || stream.framesEnded || lastFrame >= Math.floor(until * frameRateHz);
		return Boolean(sound) && picture;
	}

	/** Shows the frame of a moment; those before it are let go. */
	#show(stream: Stream, seconds: number): void {
		const place = Math.floor(seconds * frameRateHz + 1e-6);
		const next = stream.frames.findIndex(({ index }) => index > place);
		const past = next < 0 ? stream.frames.length : next;
		const shown = stream.frames[past - 1];
		if (!shown || shown.picture === this.#picture) return;
		// The last one stays in the list, so that it is known to be there.
		stream.frames.splice(0, past - 1);
		this.#picture = shown.picture;
		this.#events.onPicture();
	}

	#stop(): void {
		this.#stream?.abort.abort();
		this.#stream = null;
	}

	#decodeFrom(seconds: number): void {
		this.#stop();
		const stream: Stream = {
			...{ abort: new AbortController(), sound: [], frames: [], room: deferred() },
			...{ soundEnded: false, framesEnded: false },
		};
		this.#stream = stream;
		if (this.#hasSound) void this.#guard(stream, this.#pullSound(stream, seconds));
		if (this.size) void this.#guard(stream, this.#pullFrames(stream, this.size, seconds));
	}

	async #guard(stream: Stream, work: Promise<void>): Promise<void> {
		try {
			await work;
		} catch (error) {
			if (!isAbort(error) && stream === this.#stream) this.#events.onFailed(error);
			return;
		}
		if (stream === this.#stream) this.#arrived();
	}

	async #pullSound(stream: Stream, seconds: number): Promise<void> {
		const { signal } = stream.abort;
		const startSample = Math.floor(seconds * sampleRateHz);
		for await (const block of this.#source.audio(signal, { startSample, near: true })) {
			stream.sound.push(block);
			if (this.#out.running) this.#out.schedule(block);
			this.#arrived();
			await this.#untilRoom(stream, () => endOf(block) < this.seconds + soundAheadSeconds);
		}
		stream.soundEnded = true;
	}

	async #pullFrames(stream: Stream, whole: Size, seconds: number): Promise<void> {
		const { signal } = stream.abort;
		const frames = this.#source.frames({
			...this.#frameSize(whole),
			...{ channels: 3, startFrame: Math.floor(seconds * frameRateHz + 1e-6) },
			...{ blockFrames, signal },
		});
		for await (const block of frames) {
			for (let i = 0; i < block.count; i++) {
				stream.frames.push({ index: block.startFrame + i, picture: pictureOf(block, i) });
			}
			this.#arrived();
			await this.#untilRoom(stream, () => stream.frames.length < framesAhead);
		}
		stream.framesEnded = true;
	}

	#frameSize(whole: Size): Size {
		if (this.#clear) return fittedSize(whole, clearLimit);
		const { width, height } = blurredSize(whole);
		return { width: width * blurredDetail, height: height * blurredDetail };
	}

	async #untilRoom(stream: Stream, hasRoom: () => boolean): Promise<void> {
		while (!hasRoom()) await untilAborted(stream.room.promise, stream.abort.signal);
	}

	/** Something that was waited for is there. */
	#arrived(): void {
		this.advance();
		this.#events.onChange();
	}
}

/** Where a block ends, in seconds. */
function endOf({ startSample, samples }: AudioBlock): number {
	return (startSample + samples.length) / sampleRateHz;
}

/** One frame of a block, by itself: the block's memory goes when its last frame does. */
function pictureOf({ width, height, data }: FrameBlock, index: number): FramePicture {
	const bytes = width * height * 3;
	return { kind: 'frame', width, height, rgb: data.subarray(index * bytes, (index + 1) * bytes) };
}
