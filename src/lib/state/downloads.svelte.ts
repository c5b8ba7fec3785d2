import { SvelteMap } from 'svelte/reactivity';
import type { Session } from '../domain/session.ts';
import type { Extent } from '../formats/take-away/narrow.ts';
import type { FormatId, TakeAway, TakeAwaySource } from '../formats/take-away/formats.ts';
import { projectExtension } from '../formats/index.ts';
import type { TextFile } from '../formats/text-file.ts';
import { ConfabError } from '../support/errors.ts';
import { Aligner, scoreDocument } from './document-scores.ts';
import type { StudioClient } from './studio-client.ts';
import type { Studio } from './studio.svelte.ts';

/** A file that is ready to be saved. */
export interface SavedFile {
	readonly name: string;
	readonly blob: Blob;
}

/** A format's files with their size. */
export interface MadeFormat extends TakeAway {
	readonly bytes: number;
}

/** The format that reports scores. */
const scored = 'mcorec';

type Source = Omit<TakeAwaySource, 'scores' | 'chosen'> & { readonly extent: Extent };

/** Folder of a format's files in an archive. */
function folderOf({ id }: TakeAway, stem: string): string {
	if (id === 'mcorec') return 'output';
	return `${stem}-${id === 'layers-csv' ? 'layers' : 'speakers'}`;
}

const textBlob = (text: string, type: string): Blob =>
	new Blob([text], { type: `${type};charset=utf-8` });

/**
 * What can be taken away of a result as it stands: made one format after the other when it is asked for,
 * by code that is loaded then.
 */
export class Downloads {
	readonly #client: StudioClient;
	readonly #studio: Studio;
	readonly #session: () => Session | null;
	readonly #clock: () => number;
	readonly #closed = new AbortController();
	readonly #aligner = new Aligner();
	readonly #made = new SvelteMap<FormatId, MadeFormat>();
	#naming = $state.raw<Extent['naming']>('names');
	#speakerId = $state.raw<string | null>(null);
	#selectionOnly = $state.raw(false);
	#packing = $state.raw<FormatId | 'everything' | 'project' | null>(null);
	#error = $state.raw<unknown>(null);
	#making = new AbortController();

	/**
	 * @param session the recordings, while they are at hand.
	 * @param clock milliseconds since 1970.
	 */
	constructor(
		client: StudioClient,
		studio: Studio,
		session: () => Session | null,
		clock: () => number = () => Date.now(),
	) {
		this.#client = client;
		this.#studio = studio;
		this.#session = session;
		this.#clock = clock;
		this.#speakerId = studio.speakerId;
	}

	/** What speakers are called. */
	get naming(): Extent['naming'] {
		return this.#naming;
	}

	/** The speaker who is taken away alone; null for all. */
	get speakerId(): string | null {
		return this.#speakerId;
	}

	/** Whether only the chosen stretch is taken away. */
	get selectionOnly(): boolean {
		return this.#selectionOnly && this.#studio.selection !== null;
	}

	/** What is made by now. */
	get made(): ReadonlyMap<FormatId, MadeFormat> {
		return this.#made;
	}

	/** What is being packed. */
	get packing(): FormatId | 'everything' | 'project' | null {
		return this.#packing;
	}

	/** What kept something from being made. */
	get error(): unknown {
		return this.#error;
	}

	setNaming(naming: Extent['naming']): void {
		this.#naming = naming;
	}

	setSpeaker(speakerId: string | null): void {
		this.#speakerId = speakerId;
	}

	setSelectionOnly(only: boolean): void {
		this.#selectionOnly = only;
	}

	/** Makes all formats anew; a later call stops an earlier one. Never rejects. */
	async make(): Promise<void> {
		this.#making.abort();
		this.#making = new AbortController();
		const { signal } = this.#making;
		// Read before the first wait, so that an effect that calls this sees what it depends on.
		const source = this.#source();
		const { reference } = this.#studio;
		this.#made.clear();
		this.#error = null;
		try {
			const [{ formatsOf, takeAway }, { narrowed }] = await Promise.all([
				import('../formats/take-away/formats.ts'),
				import('../formats/take-away/narrow.ts'),
			]);
			const chosen = narrowed(source.document, source.extent);
			const encoder = new TextEncoder();
			// What has scores in it may take a while on a long recording, so it comes last.
			const ids = formatsOf(source.result);
			for (const id of [...ids.filter((one) => one !== scored), scored] as const) {
				// The page has its turn between two formats.
				await new Promise((resolve) => setTimeout(resolve, 0));
				const scores =
					id === scored && reference
						? await scoreDocument(source.document, reference, this.#aligner, { signal })
						: undefined;
				signal.throwIfAborted();
				const made = takeAway(id, { ...source, chosen, scores });
				const bytes = made.files.reduce((sum, { text }) => sum + encoder.encode(text).length, 0);
				this.#made.set(id, { ...made, bytes });
			}
		} catch (thrown) {
			if (!signal.aborted) this.#error = thrown;
		}
	}

	/** A format as one file, several of them in an archive; null when it could not be (see `error`). */
	async fileOf(id: FormatId): Promise<SavedFile | null> {
		const made = this.#made.get(id);
		if (!made) return null;
		const [first] = made.files;
		if (made.archive === null && first) {
			return { name: first.name, blob: textBlob(first.text, made.type) };
		}
		const { files, archive } = made;
		return this.#pack(id, async (signal) => {
			const { zipFiles } = await import('../formats/zip-files.ts');
			const blob = await zipFiles(files, folderOf(made, await this.#stem()), signal);
			return { name: archive ?? '', blob };
		});
	}

	/** All formats in one archive; null when it could not be made (see `error`). */
	async everything(): Promise<SavedFile | null> {
		return this.#pack('everything', async (signal) => {
			const { zipFiles } = await import('../formats/zip-files.ts');
			const stem = await this.#stem();
			const files = [...this.#made.values()].flatMap((made): readonly TextFile[] =>
				made.archive === null
					? made.files
					: made.files.map(({ name, text }) => ({ name: `${folderOf(made, stem)}/${name}`, text })),
			);
			return { name: `${stem}.zip`, blob: await zipFiles(files, stem, signal) };
		});
	}

	/**
	 * The session with its runs, edits and reference, for another browser; null when it could not be made (see
	 * `error`), as while another tab's changes wait for an answer.
	 *
	 * @param recording whether its recording goes along, where that is at hand
	 */
	async project(recording = false): Promise<SavedFile | null> {
		return this.#pack('project', async (signal) => {
			const session = recording ? this.#session() : null;
			const { sessionId, editor } = this.#studio;
			// It is made of what is kept, so what is on the screen must be.
			await editor.saver?.flush();
			if (editor.saver?.state === 'elsewhere') {
				throw new ConfabError(
					'Busy',
					'Another tab has changed this result. Choose above whose changes count, then download it again.',
				);
			}
			const blob = await this.#client.exportProject([sessionId], session ? [session] : [], {
				signal,
			});
			return { name: `${await this.#stem()}${projectExtension}`, blob };
		});
	}

	/** Ends what is under way. */
	close(): void {
		this.#making.abort();
		this.#closed.abort();
	}

	#source(): Source {
		const { result, document, selection } = this.#studio;
		return {
			result,
			document,
			extent: {
				speakerId: this.#speakerId,
				range: this.selectionOnly ? selection : null,
				naming: this.#naming,
			},
			mediaPath: this.#session()?.recording?.path ?? null,
			madeAt: this.#clock(),
		};
	}

	async #stem(): Promise<string> {
		const { fileStem } = await import('../formats/take-away/names.ts');
		return fileStem(this.#studio.document.sessionName);
	}

	async #pack(
		what: FormatId | 'everything' | 'project',
		pack: (signal: AbortSignal) => Promise<SavedFile>,
	): Promise<SavedFile | null> {
		if (this.#packing !== null) return null;
		this.#packing = what;
		this.#error = null;
		const { signal } = this.#closed;
		try {
			return await pack(signal);
		} catch (thrown) {
			if (!signal.aborted) this.#error = thrown;
			return null;
		} finally {
			this.#packing = null;
		}
	}
}
