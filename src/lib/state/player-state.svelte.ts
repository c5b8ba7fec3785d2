import type { TimeRange } from '../domain/time-range.ts';
import type { Playback } from './playback.svelte.ts';

/** What is played of a session. */
export type PlayerView =
	| { readonly kind: 'central' }
	| { readonly kind: 'speaker'; readonly speakerId: string }
	| { readonly kind: 'sound' };

/** How it stands with what is played. */
export interface PlayerStatus {
	/** `gap`: nothing was recorded at this place. */
	readonly state: 'opening' | 'ready' | 'waiting' | 'gap' | 'failed';
	/** By what it is played; null before that is known. */
	readonly path: 'browser' | 'webcodecs' | 'ffmpeg' | null;
	/** Name of the file that could not be played. */
	readonly file: string | null;
	readonly error: unknown;
}

const opening: PlayerStatus = { state: 'opening', path: null, file: null, error: null };

/** What a person has set about the player, and what it says of itself. */
export class PlayerState {
	/** Whether there is anything to be seen. */
	readonly hasPicture: boolean;
	#view = $state.raw<PlayerView>({ kind: 'sound' });
	#captions = $state.raw(true);
	#volume = $state.raw(1);
	#muted = $state.raw(false);
	/** Whether what is repeated is the selection, whichever it is. */
	#looping = false;
	#blocked = $state.raw(false);
	#status = $state.raw<PlayerStatus>(opening);
	#size = $state.raw<{ readonly width: number; readonly height: number } | null>(null);

	constructor(view: PlayerView, hasPicture = view.kind !== 'sound') {
		this.#view = view;
		this.hasPicture = hasPicture;
	}

	get view(): PlayerView {
		return this.#view;
	}

	/** Whether the words that are being said are shown. */
	get captions(): boolean {
		return this.#captions;
	}

	/** 0 to 1, whether muted or not. */
	get volume(): number {
		return this.#volume;
	}

	get muted(): boolean {
		return this.#muted;
	}

	/** What is to be heard, 0 to 1. */
	get loudness(): number {
		return this.#muted ? 0 : this.#volume;
	}

	/** Whether the browser waits for a click before it plays sound. */
	get blocked(): boolean {
		return this.#blocked;
	}

	get status(): PlayerStatus {
		return this.#status;
	}

	/** Size of the picture in its own pixels; null while there is none. */
	get size(): { readonly width: number; readonly height: number } | null {
		return this.#size;
	}

	look(view: PlayerView): void {
		this.#view = view;
		this.#status = opening;
		this.#size = null;
	}

	toggleCaptions(): void {
		this.#captions = !this.#captions;
	}

	/** A volume of 0 is mute; any other is heard. */
	setVolume(volume: number): void {
		this.#muted = volume <= 0;
		if (volume > 0) this.#volume = Math.min(1, volume);
	}

	toggleMuted(): void {
		this.#muted = !this.#muted;
	}

	/** Plays the selection over and over or, when something is, stops doing so. */
	repeat(selection: TimeRange | null, playback: Playback): void {
		this.#looping = playback.loop === null && selection !== null;
		playback.setLoop(this.#looping ? selection : null);
	}

	/** Goes over to another selection, where the one before was repeated. */
	followSelection(selection: TimeRange | null, playback: Playback): void {
		if (this.#looping) playback.setLoop(selection);
		// It is shown as off then, and the next one is not repeated unasked.
		this.#looping &&= selection !== null;
	}

	tellBlocked(blocked: boolean): void {
		this.#blocked = blocked;
	}

	tell(
		status: PlayerStatus,
		size: { readonly width: number; readonly height: number } | null,
	): void {
		const { state, path, file, error } = this.#status;
		const same =
			state === status.state &&
			path === status.path &&
			file === status.file &&
			error === status.error;
		if (!same) this.#status = status;
		if (size?.width !== this.#size?.width || size?.height !== this.#size?.height) {
			this.#size = size;
		}
	}
}
