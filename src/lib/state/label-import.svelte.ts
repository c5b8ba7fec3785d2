import { SvelteMap } from 'svelte/reactivity';
import type { Labels } from '../domain/session.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import type { DroppedFile } from '../formats/dropped-files.ts';
import type { FoundFile } from '../formats/reference/found-labels.ts';
import { isLabelFile } from '../formats/reference/label-names.ts';
import type { Problem } from '../support/errors.ts';
import {
	clashesIn,
	linesOf,
	namesByTime,
	namesOfFound,
	inReference,
	noNames,
	type SpeakerAnswers,
} from './label-answers.ts';
import type { StudioClient } from './studio-client.ts';
import type { Studio } from './studio.svelte.ts';

/** A name in the files, and whom it means. */
export interface NamedSpeaker {
	/** As the files have it. */
	readonly name: string;
	/** Cues and turns that go by it. */
	readonly count: number;
	/** The session's speaker; null to leave it out; undefined while it is not known. */
	readonly speakerId: string | null | undefined;
}

/** What became of the files. */
export interface LabelOutcome {
	/** Speakers whose words are the reference now; 0 where the files have no words. */
	readonly worded: number;
	/** Speakers whose conversation is the reference now. */
	readonly grouped: number;
	/** Speakers of whom the files have times without words. */
	readonly timed: number;
	/** What is used in another way than it stands in the files. */
	readonly repairs: readonly Problem[];
	/** What kept the reference from being stored; it holds until the page is closed. */
	readonly notKept: unknown;
}

/**
 * Takes labels that were dropped on a result and makes them its reference, asking whom a name means
 * where that is not plain.
 */
export class LabelImport {
	readonly #client: StudioClient;
	readonly #answers = new SvelteMap<string, string | null>();
	#studio = $state.raw<Studio | null>(null);
	#status = $state.raw<'idle' | 'reading' | 'asking' | 'done' | 'refused'>('idle');
	#found = $state.raw<FoundFile | null>(null);
	#problems = $state.raw<readonly Problem[]>([]);
	#error = $state.raw<unknown>(null);
	#outcome = $state.raw<LabelOutcome | null>(null);
	#names = $state.raw<readonly string[]>([]);
	/** Names that answer by their times: what they are in the reference. */
	#timed: ReadonlyMap<string, string> = noNames;
	#abort = new AbortController();

	constructor(client: StudioClient) {
		this.#client = client;
	}

	get status(): 'idle' | 'reading' | 'asking' | 'done' | 'refused' {
		return this.#status;
	}

	/** Why the files are refused. */
	get problems(): readonly Problem[] {
		return this.#problems;
	}

	/** What kept the files from being read, other than what is in them. */
	get error(): unknown {
		return this.#error;
	}

	get outcome(): LabelOutcome | null {
		return this.#outcome;
	}

	/** Every name in the files, with whom it means; those that answer by their times are left out. */
	get speakers(): readonly NamedSpeaker[] {
		const asked = this.#names.filter((name) => !this.#timed.has(name));
		return asked.map((name) => ({
			name,
			count: this.#found ? linesOf(name, this.#found) : 0,
			speakerId: this.#answers.get(name),
		}));
	}

	/** Names that mean the same speaker although their words differ. */
	get clashes(): readonly string[] {
		return this.#found ? clashesIn(this.#found, this.#answers) : [];
	}

	/** Whether everything that is asked has its answer. */
	get ready(): boolean {
		return (
			this.#names.every((name) => this.#answers.has(name)) &&
			this.#names.some((name) => this.#answers.get(name) != null) &&
			this.clashes.length === 0
		);
	}

	/** Whether a result is open that labels can be of. */
	get wanted(): boolean {
		return this.#studio !== null;
	}

	/** The result that labels are for; none while null. */
	open(studio: Studio | null): void {
		this.cancel();
		this.#studio = studio;
	}

	/**
	 * Takes files if a result is open and all of them can be labels by their names. False when they are
	 * for somebody else.
	 */
	take(files: readonly DroppedFile[]): boolean {
		const labels = files.filter(({ path }) => !/(^|\/)report\.json$/.test(path));
		if (!this.#studio || labels.length === 0) return false;
		if (!labels.every(({ path }) => isLabelFile(path))) return false;
		void this.read(labels);
		return true;
	}

	/** Reads files of labels; never rejects. */
	async read(files: readonly DroppedFile[]): Promise<void> {
		this.cancel();
		const studio = this.#studio;
		if (!studio) return;
		const { signal } = this.#abort;
		this.#status = 'reading';
		try {
			const [{ readLabelFiles }, { namesIn, speakerOfName }, { listFile }] = await Promise.all([
				import('../formats/reference/label-files.ts'),
				import('../formats/reference/match-speakers.ts'),
				import('../formats/listed-file.ts'),
			]);
			const listed = files.map(({ path, file }) => listFile(path, file));
			const found = await readLabelFiles(listed, studio.document.sessionName, signal);
			if (signal.aborted) return;
			if (found.problems.length > 0) {
				this.#problems = found.problems;
				this.#status = 'refused';
				return;
			}
			const { speakers, cast } = studio.document;
			this.#found = found;
			this.#names = namesIn(found);
			if (cast === 'found') this.#timed = namesByTime(found, studio.reference, studio.document);
			for (const name of this.#names) {
				const id = this.#timed.get(name) ?? speakerOfName(name, speakers);
				if (id !== null) this.#answers.set(name, id);
			}
			this.#status = 'asking';
			if (this.ready) await this.apply();
		} catch (thrown) {
			if (signal.aborted) return;
			this.#error = thrown;
			this.#status = 'refused';
		}
	}

	/** Says whom a name means; null leaves it out. */
	choose(name: string, speakerId: string | null): void {
		this.#answers.set(name, speakerId);
	}

	/** Makes the labels the reference, once everything is answered; never rejects. */
	async apply(): Promise<void> {
		const [studio, found] = [this.#studio, this.#found];
		if (!studio || !found || this.#status !== 'asking' || !this.ready) return;
		const { signal } = this.#abort;
		const isOver = (): boolean => signal.aborted;
		const { labelsOf } = await import('../formats/reference/match-speakers.ts');
		if (isOver()) return;
		const { document, reference } = studio;
		const labelsBy = (answers: SpeakerAnswers): Labels =>
			labelsOf(found, answers, document.speakers, reference);
		const given = labelsBy(this.#answers);
		const labels = document.cast === 'given' ? given : labelsBy(this.#byReference(given, document));
		const notKept = await this.#keep(studio, labels);
		if (isOver()) return;
		this.#outcome = {
			worded: found.speakers.length > 0 ? labels.transcripts.size : 0,
			grouped: found.conversations ? (labels.conversations?.size ?? 0) : 0,
			timed: found.speech.length > 0 ? (labels.turns?.size ?? 0) : 0,
			repairs: found.repairs,
			notKept,
		};
		this.#status = 'done';
	}

	/** Forgets what is asked, told or being read. */
	cancel(): void {
		this.#abort.abort();
		this.#abort = new AbortController();
		this.#status = 'idle';
		this.#found = null;
		this.#names = [];
		this.#timed = noNames;
		this.#answers.clear();
		this.#problems = [];
		this.#error = null;
		this.#outcome = null;
	}

	/** The answers in the reference's own names: of people that are named without times it is what it calls them. */
	#byReference(labels: Labels, document: StudioDocument): SpeakerAnswers {
		const nameOf = namesOfFound(document, labels);
		return inReference(this.#answers, this.#timed, nameOf);
	}

	/** What kept it from being stored, or null. */
	async #keep(studio: Studio, labels: Labels): Promise<unknown> {
		studio.setReference(labels);
		try {
			await this.#client.saveReference(studio.sessionId, labels);
			return null;
		} catch (thrown) {
			return thrown;
		}
	}
}
