import { SvelteMap } from 'svelte/reactivity';
import { type FacePath, faceAt } from '../domain/face-path.ts';
import type { FoundPeople, FoundPerson } from '../domain/people.ts';
import type { FaceBox, Session, Track } from '../domain/session.ts';
import { isAbort } from '../support/abort.ts';
import { messageOf } from '../support/errors.ts';
import type { PlaybackClient } from './playback-client.ts';

/** A track's boxes are read when it is this near, in seconds. */
const nearSeconds = 20;

/** Where the faces are in the central video. Boxes are read when one comes near them, one file at a time. */
export class FaceTracks {
	readonly #session: Session;
	readonly #client: PlaybackClient;
	readonly #found: readonly FoundPerson[];
	readonly #abort = new AbortController();
	readonly #paths = new SvelteMap<Track, FacePath | null>();
	readonly #asked = new WeakSet<Track>();
	#problem = $state.raw<string | null>(null);
	#tail: Promise<void> = Promise.resolve();

	/** @param found people whom a run found, and whose faces it followed; null where metadata say where they are */
	constructor(session: Session, client: PlaybackClient, found: FoundPeople | null = null) {
		this.#session = session;
		this.#client = client;
		this.#found = found?.people ?? [];
	}

	/** What kept boxes from being read: faces are then not marked. */
	get problem(): string | null {
		return this.#problem;
	}

	/** Reads what is there at this time and soon. Never rejects. */
	async need(seconds: number): Promise<void> {
		for (const { tracks } of this.#session.speakers) {
			const byStart = tracks.toSorted((a, b) => a.startSeconds - b.startSeconds);
			for (const [i, track] of byStart.entries()) {
				const next = byStart[i + 1]?.startSeconds ?? Infinity;
				const near = track.startSeconds <= seconds + nearSeconds && next > seconds - nearSeconds;
				if (!near || this.#asked.has(track)) continue;
				this.#asked.add(track);
				this.#tail = this.#tail.then(() => this.#read(track));
			}
		}
		await this.#tail;
	}

	/** Where somebody's face is, in pixels of the central video; null where it is not known. */
	at(speakerId: string, seconds: number): FaceBox | null {
		const speaker = this.#session.speakers.find(({ id }) => id === speakerId);
		const read = speaker?.tracks.map((track) => this.#paths.get(track)) ?? [];
		const found = this.#found.find(({ id }) => id === speakerId)?.faces ?? [];
		for (const path of [...read, ...found]) {
			const box = path ? faceAt(path, seconds) : null;
			if (box) return box;
		}
		return null;
	}

	/** Stops reading. */
	close(): void {
		this.#abort.abort();
	}

	async #read(track: Track): Promise<void> {
		const { signal } = this.#abort;
		if (signal.aborted) return;
		try {
			const path = await this.#client.facePath(track, signal);
			if (!this.#abort.signal.aborted) this.#paths.set(track, path);
		} catch (thrown) {
			if (!isAbort(thrown) && !this.#abort.signal.aborted) this.#problem = messageOf(thrown);
		}
	}
}
