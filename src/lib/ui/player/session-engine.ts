import { type PlacedFile, soundFiles, speakerFiles } from '../../domain/placed-files.ts';
import type { Session } from '../../domain/session.ts';
import type { PlaybackClient } from '../../state/playback-client.ts';
import type { PlayerState, PlayerStatus, PlayerView } from '../../state/player-state.svelte.ts';
import type { Playback, PlaybackEngine } from '../../state/playback.svelte.ts';
import { FileChannel } from './file-channel.ts';
import type { Picture, PlayWish } from './playing-file.ts';

/** A picture that runs this far from the sound is brought back to it, in seconds. */
const driftSeconds = 0.2;
/** How often at the most, in milliseconds: bringing it back takes time itself. */
const driftPauseMilliseconds = 2000;
/** How often it looks around where no pictures are drawn, as in a tab in the background. */
const heartbeatMilliseconds = 250;

/**
 * Plays a session's recordings along its one line of time: the sound of the session, and the picture of
 * the central video or of one speaker's tracks. The sound is the clock. Whoever made it closes it.
 */
export class SessionEngine implements PlaybackEngine {
	readonly #playback: Playback;
	readonly #player: PlayerState;
	readonly #onPicture: () => void;
	readonly #sound: FileChannel;
	/** The picture's own files, where they are not the ones that sound. */
	readonly #picture: FileChannel | null;
	#clear: boolean;
	#seconds = 0;
	#rate = 0;
	/** When the time was last taken, for stretches without a recording. */
	#tickedAt = 0;
	#broughtBackAt = 0;
	#frame = 0;
	#heartbeat: ReturnType<typeof setInterval> | undefined;
	#closed = false;

	/** @param onPicture called when there is another picture to draw */
	constructor(
		session: Session,
		view: PlayerView,
		parts: {
			readonly playback: Playback;
			readonly player: PlayerState;
			readonly client: PlaybackClient;
			readonly clear: boolean;
			readonly onPicture: () => void;
		},
	) {
		const { playback, player, client, clear, onPicture } = parts;
		this.#playback = playback;
		this.#player = player;
		this.#clear = clear;
		this.#onPicture = onPicture;
		const sound = soundFiles(session);
		const picture = pictureFiles(session, view);
		const together = picture.length > 0 && picture.every(({ file }, i) => file === sound[i]?.file);
		const options = (picture: boolean, sounds: boolean) => ({
			client,
			wish: (): PlayWish => ({
				...{ picture, sound: sounds, clear: this.#clear },
				volume: sounds ? player.loudness : 0,
			}),
			clock: () => ({ seconds: this.#seconds, rate: this.#rate }),
			onPicture: () => this.#tellPicture(),
			onChange: () => this.#tell(),
			onBlocked: () => this.#blocked(),
		});
		this.#sound = new FileChannel(sound, options(together, true));
		this.#picture =
			picture.length > 0 && !together ? new FileChannel(picture, options(true, false)) : null;
	}

	/** What is to be seen now; null where there is nothing. */
	get picture(): Picture | null {
		return (this.#picture ?? this.#sound).playing?.picture ?? null;
	}

	seek(seconds: number): void {
		this.#seconds = seconds;
		this.#sound.seek(seconds);
		this.#picture?.seek(seconds);
		this.#tell();
	}

	play(rate: number): void {
		this.#rate = rate;
		this.#tickedAt = performance.now();
		this.#player.tellBlocked(false);
		for (const { playing } of this.#channels()) playing?.play(rate);
		cancelAnimationFrame(this.#frame);
		clearInterval(this.#heartbeat);
		this.#frame = requestAnimationFrame(() => this.#onFrame());
		this.#heartbeat = setInterval(() => this.#tick(), heartbeatMilliseconds);
	}

	pause(): void {
		this.#rate = 0;
		for (const { playing } of this.#channels()) playing?.pause();
		cancelAnimationFrame(this.#frame);
		clearInterval(this.#heartbeat);
		this.#tell();
	}

	setVolume(volume: number): void {
		this.#sound.playing?.setVolume(volume);
	}

	/** Whether more than a few averages of a picture are wanted. */
	setClear(clear: boolean): void {
		this.#clear = clear;
		for (const { playing } of this.#channels()) playing?.setClear(clear);
	}

	/** Lets go of every file, worker and picture. */
	close(): void {
		this.pause();
		this.#closed = true;
		for (const channel of this.#channels()) channel.close();
	}

	#channels(): readonly FileChannel[] {
		return this.#picture ? [this.#sound, this.#picture] : [this.#sound];
	}

	#onFrame(): void {
		this.#tick();
		if (this.#rate > 0) this.#frame = requestAnimationFrame(() => this.#onFrame());
	}

	#tick(): void {
		const now = performance.now();
		const passed = ((now - this.#tickedAt) / 1000) * this.#rate;
		this.#tickedAt = now;
		for (const { playing } of this.#channels()) playing?.advance();
		const { playing } = this.#sound;
		if (playing && playing.seconds < playing.durationSeconds) {
			this.#seconds = this.#sound.startSeconds + playing.seconds;
		} else if (!this.#sound.opening) this.#seconds += passed;
		for (const channel of this.#channels()) channel.ensure(this.#seconds);
		this.#bringBack(now);
		this.#playback.reached(this.#seconds);
		this.#tell();
	}

	/** The picture goes by the sound. */
	#bringBack(now: number): void {
		const seconds = this.#picture?.seconds ?? null;
		if (seconds === null || Math.abs(seconds - this.#seconds) < driftSeconds) return;
		if (now - this.#broughtBackAt < driftPauseMilliseconds) return;
		this.#broughtBackAt = now;
		this.#picture?.seek(this.#seconds);
	}

	#blocked(): void {
		this.#playback.pause();
		this.#player.tellBlocked(true);
	}

	#tellPicture(): void {
		if (this.#closed) return;
		this.#tell();
		this.#onPicture();
	}

	#tell(): void {
		if (this.#closed) return;
		this.#player.tell(this.#status(), (this.#picture ?? this.#sound).playing?.size ?? null);
	}

	#status(): PlayerStatus {
		const channels = this.#channels();
		const shown = (this.#picture ?? this.#sound).playing;
		const path = shown?.path ?? this.#sound.playing?.path ?? null;
		const failure = channels.map((channel) => channel.failure).find((found) => found !== null);
		const none = { file: null, error: null };
		if (failure) return { state: 'failed', path, ...failure };
		if (channels.some(({ opening }) => opening)) return { state: 'opening', path, ...none };
		if (!shown) return { state: 'gap', path, ...none };
		const waiting = channels.some(({ playing }) => playing?.waiting);
		return { state: waiting ? 'waiting' : 'ready', path, ...none };
	}
}

function pictureFiles(session: Session, view: PlayerView): readonly PlacedFile[] {
	if (view.kind === 'sound') return [];
	if (view.kind === 'speaker') return speakerFiles(session, view.speakerId);
	return session.recording ? [{ file: session.recording, startSeconds: 0 }] : [];
}
